use dockerfile::instruction::Stopsignal;

use crate::build::settings::Settings;
use crate::containers::parse_signal;

/// STOPSIGNAL: a name or number that docker knows.
pub(crate) fn apply(settings: &mut Settings, stopsignal: &Stopsignal) -> Result<String, String> {
    parse_signal(&stopsignal.signal).map_err(|error| error.message)?;
    settings.config.stop_signal.clone_from(&stopsignal.signal);
    Ok(format!("STOPSIGNAL {}", stopsignal.signal))
}
