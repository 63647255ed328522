use dockerfile::instruction::Expose;
use dockerfile::parse_port;

use crate::build::settings::Settings;

/// EXPOSE: ports, the only words that variables can split. Errors are docker's words.
pub(in crate::build) fn apply(
    settings: &mut Settings,
    args: &[(String, String)],
    expose: &Expose,
) -> Result<String, String> {
    let mut words = Vec::new();
    for port in &expose.ports {
        words.extend(settings.expand_to_words(args, port).map_err(|error| error.to_string())?);
    }
    let mut ports = Vec::new();
    for word in &words {
        let spec = parse_port(word, settings.expander.vintage).map_err(|error| error.reason().to_owned())?;
        ports.extend(spec.ports);
    }
    settings.config.exposed_ports.extend(ports);
    Ok(format!("EXPOSE {}", words.join(" ")))
}
