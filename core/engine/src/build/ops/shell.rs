use dockerfile::instruction::Shell;

use super::listed;
use crate::build::settings::Settings;

/// SHELL: what runs commands in shell form from here on, this step's own note included.
pub(crate) fn apply(settings: &mut Settings, shell: &Shell) -> String {
    settings.config.shell.clone_from(&shell.argv);
    format!("SHELL {}", listed(&shell.argv))
}
