use dockerfile::Vintage;
use dockerfile::instruction::Stopsignal;

use crate::build::settings::Settings;
use crate::containers::parse_signal;

/// STOPSIGNAL: a name or number that docker knows.
pub(crate) fn apply(settings: &mut Settings, stopsignal: &Stopsignal) -> Result<String, String> {
    parse_signal(&stopsignal.signal).map_err(|error| match settings.expander.vintage {
        Vintage::Docker20_10 => error.message,
        Vintage::Current => error.message.replacen("Invalid", "invalid", 1),
    })?;
    settings.config.stop_signal.clone_from(&stopsignal.signal);
    Ok(format!("STOPSIGNAL {}", stopsignal.signal))
}
