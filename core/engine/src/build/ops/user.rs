use dockerfile::instruction::User;

use crate::build::settings::Settings;

/// USER: who runs what follows. Whether it exists is asked when something runs.
pub(crate) fn apply(settings: &mut Settings, user: &User) -> String {
    settings.config.user.clone_from(&user.user);
    format!("USER {}", user.user)
}
