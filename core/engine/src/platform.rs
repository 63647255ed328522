use api::{ApiError, ErrorKind};
use oci::Platform;

/// Architectures that need no operating system beside them.
const KNOWN: [&str; 16] = [
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "i386", "loong64", "mips", "mips64",
    "mips64le", "ppc64", "ppc64le", "riscv64", "s390x",
];

/// Reads `--platform`: `os/architecture[/variant]`; one word is an operating system if it is a known one, else an
/// architecture. Errors are docker's words.
pub(crate) fn parse(text: &str) -> Result<Platform, String> {
    let parts: Vec<&str> = text.split('/').collect();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if let Some(part) = parts.iter().find(|part| part.is_empty() || !part.bytes().all(is_plain)) {
        let (text, part) = (dockerfile::go_quote(text), dockerfile::go_quote(part));
        let rule = "platform specifier component must match \"^[A-Za-z0-9_-]+$\"";
        return Err(format!("{part} is an invalid component of {text}: {rule}: invalid argument"));
    }
    match parts[..] {
        [os] if ["linux", "windows", "darwin", "freebsd"].contains(&&*os.to_lowercase()) => {
            Ok(platform(os, "amd64", ""))
        }
        [architecture] if KNOWN.contains(&platform("", architecture, "").architecture.as_str()) => {
            Ok(platform("linux", architecture, ""))
        }
        [word] => {
            let word = dockerfile::go_quote(word);
            Err(format!("{word}: unknown operating system or architecture: invalid argument"))
        }
        [os, architecture] => Ok(platform(os, architecture, "")),
        [os, architecture, variant] => Ok(platform(os, architecture, variant)),
        _ => {
            Err(format!("{}: cannot parse platform specifier: invalid argument", dockerfile::go_quote(text)))
        }
    }
}

/// The same for a request: the platform, or the daemon's refusal.
pub(crate) fn requested(text: &str) -> Result<Platform, ApiError> {
    parse(text).map_err(|message| ApiError::new(ErrorKind::BadRequest, message))
}

/// What `docker create --platform` asks for: the one platform that there is, or nothing.
///
/// # Errors
/// A platform that cannot be read, in the words of docker's client; another one.
pub(crate) fn only_ours(text: &str) -> Result<(), ApiError> {
    let wanted = parse(text).map_err(|message| {
        ApiError::new(ErrorKind::Build, format!("error parsing specified platform: {message}"))
    })?;
    match (wanted.os.as_str(), wanted.architecture.as_str()) {
        ("linux", "amd64") => Ok(()),
        _ => Err(ApiError::new(ErrorKind::NotSimulated, format!("the platform {text} is not simulated"))),
    }
}

/// Names in Go's spelling.
fn platform(os: &str, architecture: &str, variant: &str) -> Platform {
    let architecture = match architecture.to_lowercase().as_str() {
        "x86_64" | "x86-64" => "amd64".to_owned(),
        "aarch64" => "arm64".to_owned(),
        other => other.to_owned(),
    };
    Platform { os: os.to_lowercase(), architecture, variant: variant.to_lowercase(), ..Platform::default() }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn as_containerd_reads_them() {
        let shown = |text: &str| parse(text).map_or_else(|error| error, |platform| platform.to_string());
        assert_eq!(shown("linux"), "linux/amd64");
        assert_eq!(shown("aarch64"), "linux/arm64");
        assert_eq!(shown("Linux/ARM/v7"), "linux/arm/v7");
        assert_eq!(shown("a/b/c/d"), "\"a/b/c/d\": cannot parse platform specifier: invalid argument");
        assert_eq!(
            shown("bad!platform"),
            "\"bad!platform\" is an invalid component of \"bad!platform\": platform specifier component must match \
             \"^[A-Za-z0-9_-]+$\": invalid argument"
        );
    }
}
