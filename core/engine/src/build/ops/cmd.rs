use dockerfile::instruction::Cmd;

use super::quoted;
use crate::build::settings::Settings;

/// CMD: the default command, with the shell before it in shell form.
pub(crate) fn apply(settings: &mut Settings, cmd: &Cmd) -> String {
    let words = cmd.form.argv(&settings.shell());
    let comment = format!("CMD {}", quoted(&words));
    settings.config.cmd = Some(words);
    settings.config.args_escaped = false;
    settings.cmd_set |= !cmd.form.is_empty();
    comment
}
