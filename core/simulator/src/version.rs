//! Which Docker is simulated, as a command line and its environment say.

use api::DockerVersion;
use docker::Persona;

/// The flag before a command that names it.
pub const FLAG: &str = "--docker-version";
/// The variable that names it.
const VARIABLE: &str = "GLASSHULL_DOCKER_VERSION";
/// The variable that names how Docker 29 keeps images.
const STORE: &str = "GLASSHULL_IMAGE_STORE";

/// A command line without what is said of the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// The rest of the words.
    pub words: &'a [String],
    /// The Docker that is asked for; none leaves the world as it is.
    pub version: Option<DockerVersion>,
    /// Whether the store of upgraded installations is asked for.
    pub graph_driver: bool,
}

/// Takes `--docker-version 20.10|29` off a command line; else the environment decides.
///
/// # Errors
/// One sentence: a version or a store that is not simulated.
pub fn choose<'a>(
    words: &'a [String],
    persona: Persona,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Chosen<'a>, String> {
    let graph_driver = match variable(STORE).as_deref() {
        None | Some("" | "containerd") => false,
        Some("graphdriver") => true,
        Some(other) => {
            return Err(format!("{STORE}: {other} is not simulated; choose containerd or graphdriver"));
        }
    };
    let (words, version) = version(words, persona, variable)?;
    Ok(Chosen { words, version, graph_driver })
}

fn version<'a>(
    words: &'a [String],
    persona: Persona,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<(&'a [String], Option<DockerVersion>), String> {
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
    match variable(VARIABLE) {
        Some(value) if !value.is_empty() => Ok((words, Some(parse(&value, VARIABLE)?))),
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
