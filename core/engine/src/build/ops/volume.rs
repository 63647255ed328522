use dockerfile::instruction::Volume;

use super::listed;
use crate::build::settings::Settings;

/// VOLUME: what is written there by later steps is lost.
///
/// # Errors
/// A path that is empty once its variables are put in.
pub(crate) fn apply(settings: &mut Settings, volume: &Volume) -> Result<String, String> {
    if volume.paths.iter().any(String::is_empty) {
        return Err("VOLUME specified can not be an empty string".to_owned());
    }
    settings.config.volumes.get_or_insert_default().extend(volume.paths.iter().cloned());
    Ok(format!("VOLUME {}", listed(&volume.paths)))
}
