//! Which Docker is simulated.

use std::env;

use api::DockerVersion;
use docker::Persona;

/// The flag before a command that names it.
pub(crate) const FLAG: &str = "--docker-version";
/// The variable that names it.
const VARIABLE: &str = "GLASSHULL_DOCKER_VERSION";
/// The variable that names how Docker 29 keeps images.
const STORE: &str = "GLASSHULL_IMAGE_STORE";

/// Takes `--docker-version 20.10|29` off a command line; else the environment decides. None leaves the world as it is.
pub(crate) fn choose(
    words: &[String],
    persona: Persona,
) -> Result<(&[String], Option<DockerVersion>), String> {
    let first = words.first().map(String::as_str).unwrap_or_default();
    if persona == Persona::Glasshull {
        if let Some(value) = first.strip_prefix(FLAG).and_then(|rest| rest.strip_prefix('=')) {
            return Ok((&words[1..], Some(parse(value, FLAG)?)));
        }
        if first == FLAG {
            let value = words.get(1).ok_or_else(|| format!("{FLAG} needs a value: 20.10 or 29"))?;
            return Ok((&words[2..], Some(parse(value, FLAG)?)));
        }
    }
    match env::var(VARIABLE) {
        Ok(value) if !value.is_empty() => Ok((words, Some(parse(&value, VARIABLE)?))),
        _ => Ok((words, None)),
    }
}

fn parse(value: &str, source: &str) -> Result<DockerVersion, String> {
    match value {
        "20.10" => Ok(DockerVersion::V20_10),
        "29" => Ok(DockerVersion::V29),
        other => Err(format!("{source}: {other} is not simulated; choose 20.10 or 29")),
    }
}

/// Whether `GLASSHULL_IMAGE_STORE` asks for the store of upgraded installations.
pub(crate) fn has_graph_driver() -> Result<bool, String> {
    match env::var(STORE).as_deref() {
        Err(_) | Ok("" | "containerd") => Ok(false),
        Ok("graphdriver") => Ok(true),
        Ok(other) => Err(format!("{STORE}: {other} is not simulated; choose containerd or graphdriver")),
    }
}
