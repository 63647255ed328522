use dockerfile::instruction::Env;

use crate::build::settings::Settings;

/// ENV: sets variables, at their old place if they have one.
pub(crate) fn apply(settings: &mut Settings, env: &Env) -> String {
    let mut comment = String::from("ENV");
    for pair in &env.pairs {
        settings.config.set_env(&pair.key, &pair.value);
        comment.push_str(&format!(" {}={}", pair.key, pair.value));
    }
    comment
}
