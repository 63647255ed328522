use dockerfile::instruction::Volume;

use super::listed;
use crate::build::settings::Settings;

/// VOLUME: what is written there by later steps is lost.
pub(crate) fn apply(settings: &mut Settings, volume: &Volume) -> String {
    settings.config.volumes.get_or_insert_default().extend(volume.paths.iter().cloned());
    format!("VOLUME {}", listed(&volume.paths))
}
