use dockerfile::instruction::Entrypoint;

use super::quoted;
use crate::build::settings::Settings;

/// ENTRYPOINT: the program. A CMD of the base image belongs to its entrypoint and goes.
pub(crate) fn apply(settings: &mut Settings, entrypoint: &Entrypoint) -> String {
    let words = entrypoint.form.argv(&settings.shell());
    let comment = format!("ENTRYPOINT {}", quoted(&words));
    settings.config.entrypoint = Some(words);
    settings.config.args_escaped = false;
    if !settings.cmd_set {
        settings.config.cmd = None;
    }
    comment
}
