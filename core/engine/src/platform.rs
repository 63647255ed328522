use thiserror::Error;

/// A platform as `--platform` writes it: `os/architecture[/variant]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// Go's name of the operating system.
    pub os: String,
    /// Go's name of the architecture.
    pub architecture: String,
    /// Variant of the architecture; empty for the default.
    pub variant: String,
}

/// A platform that cannot be read, in docker's words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct PlatformError(String);

impl Platform {
    /// Reads a platform; one word is an operating system if it is a known one, else an architecture.
    ///
    /// # Errors
    /// Too many parts, or a part with strange characters.
    pub fn parse(text: &str) -> Result<Self, PlatformError> {
        let parts: Vec<&str> = text.split('/').collect();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        let invalid = |reason: String| PlatformError(format!("{reason}: invalid argument"));
        if let Some(part) = parts.iter().find(|part| part.is_empty() || !part.bytes().all(is_plain)) {
            let (text, part) = (dockerfile::go_quote(text), dockerfile::go_quote(part));
            let rule = "platform specifier component must match \"^[A-Za-z0-9_-]+$\"";
            return Err(invalid(format!("{part} is an invalid component of {text}: {rule}")));
        }
        let platform = |os: &str, architecture: &str, variant: &str| {
            let architecture = match architecture.to_lowercase().as_str() {
                "x86_64" | "x86-64" => "amd64".to_owned(),
                "aarch64" => "arm64".to_owned(),
                other => other.to_owned(),
            };
            Platform { os: os.to_lowercase(), architecture, variant: variant.to_lowercase() }
        };
        match parts[..] {
            [os] if ["linux", "windows", "darwin", "freebsd"].contains(&&*os.to_lowercase()) => {
                Ok(platform(os, "amd64", ""))
            }
            [architecture] => Ok(platform("linux", architecture, "")),
            [os, architecture] => Ok(platform(os, architecture, "")),
            [os, architecture, variant] => Ok(platform(os, architecture, variant)),
            _ => Err(invalid(format!("{}: cannot parse platform specifier", dockerfile::go_quote(text)))),
        }
    }
}
