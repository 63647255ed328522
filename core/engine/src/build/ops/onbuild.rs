use dockerfile::instruction::Onbuild;

use crate::build::settings::Settings;

/// ONBUILD: keeps the trigger as it is written; it is parsed when it runs.
pub(crate) fn apply(settings: &mut Settings, onbuild: &Onbuild) -> String {
    settings.config.on_build.get_or_insert_default().push(onbuild.trigger.clone());
    format!("ONBUILD {}", onbuild.trigger)
}
