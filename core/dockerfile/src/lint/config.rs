//! `# check=skip=A,B;error=true;experimental=all`.

use crate::{go_quote, syntax};

/// The build argument that takes the place of the directive.
const BUILD_ARG: &str = "BUILDKIT_DOCKERFILE_CHECK";

/// Rules by name, or all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) all: bool,
    pub(super) names: Vec<String>,
}

impl Names {
    fn parse(text: &str) -> Self {
        match text.trim() {
            "all" => Self { all: true, names: Vec::new() },
            list => Self { all: false, names: list.split(',').map(|name| name.trim().to_owned()).collect() },
        }
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.all || self.names.iter().any(|own| own == name)
    }

    fn merge(&mut self, other: &Self) {
        self.all |= other.all;
        self.names.extend(other.names.iter().cloned());
    }
}

/// Options of the checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    pub(super) skip: Names,
    pub(super) experimental: Names,
    /// Whether findings are an error in the end.
    pub(super) error: bool,
}

impl Config {
    /// The options for a file: from the build argument if it is given, else from the directive.
    pub(super) fn of(text: &str, build_args: &[(String, String)]) -> Result<Self, String> {
        if let Some((name, value)) = build_args.iter().rfind(|(name, _)| name == BUILD_ARG) {
            return Self::parse(value).map_err(|error| format!("failed to parse build-arg:{name}: {error}"));
        }
        let directive = syntax::detect_check(text);
        let options = directive.as_ref().map_or("", |directive| directive.word());
        Self::parse(options).map_err(|error| format!("failed to parse check options: {error}"))
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut config = Self::default();
        let text = text.trim();
        if text.is_empty() {
            return Ok(config);
        }
        for part in text.splitn(3, ';') {
            let invalid = |text: &str| format!("invalid check option {}", go_quote(text));
            let (key, value) = part.split_once('=').ok_or_else(|| invalid(part))?;
            match key.trim() {
                "skip" => config.skip = Names::parse(value),
                "experimental" => config.experimental = Names::parse(value),
                "error" => {
                    let value = value.trim();
                    config.error = crate::instruction::go_bool(value).ok_or_else(|| {
                        let (part, value) = (go_quote(part), go_quote(value));
                        format!("failed to parse check option {part}: strconv.ParseBool: parsing {value}: invalid syntax")
                    })?;
                }
                other => return Err(invalid(other)),
            }
        }
        Ok(config)
    }

    /// Takes the rules of `other` in too.
    pub(super) fn merge(&mut self, other: &Self) {
        self.skip.merge(&other.skip);
        self.experimental.merge(&other.experimental);
    }
}
