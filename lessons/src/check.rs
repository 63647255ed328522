use oci::ImageConfig;
use serde::{Deserialize, Serialize};
use vfs::{Follow, Node, Tree};

/// A predicate on the state after a build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Check {
    /// A file of the image.
    File {
        /// Its absolute path; links are followed.
        file: String,
        /// A line that it must have.
        #[serde(default, rename = "has-line", skip_serializing_if = "Option::is_none")]
        has_line: Option<String>,
        /// Its permission bits, four octal digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<String>,
    },
    /// A field of the image's configuration.
    Config {
        /// Which.
        config: ConfigField,
        /// What it must be.
        equals: Vec<String>,
    },
    /// How many layers the image has on top of its base.
    Layers {
        /// That number.
        layers: usize,
    },
}

/// Fields of the configuration that a check can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConfigField {
    /// `CMD`
    Cmd,
    /// `ENTRYPOINT`
    Entrypoint,
    /// `ENV`
    Env,
    /// `USER`
    User,
    /// `WORKDIR`
    Workdir,
    /// `EXPOSE`
    Ports,
}

/// What a check found: the ground of its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Whether the check passes.
    pub passed: bool,
    /// What was asked for.
    pub expected: String,
    /// What is there.
    pub found: String,
}

/// The state that checks look at.
pub(crate) struct State<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) config: &'a ImageConfig,
    /// Layers of the image that its base does not have.
    pub(crate) own_layers: usize,
}

impl Check {
    /// Evaluates the check.
    pub(crate) fn evaluate(&self, state: &State<'_>) -> Evidence {
        match self {
            Check::File { file, has_line, mode } => {
                file_evidence(state.tree, file, has_line.as_deref(), mode.as_deref())
            }
            Check::Config { config, equals } => {
                let found = config.of(state.config);
                Evidence {
                    passed: found == *equals,
                    expected: format!("{equals:?}"),
                    found: format!("{found:?}"),
                }
            }
            Check::Layers { layers } => Evidence {
                passed: state.own_layers == *layers,
                expected: format!("{layers} layers on top of the base"),
                found: format!("{} layers", state.own_layers),
            },
        }
    }
}

fn file_evidence(tree: &Tree, file: &str, line: Option<&str>, mode: Option<&str>) -> Evidence {
    let expected = match (line, mode) {
        (Some(line), _) => format!("{file} with the line {line:?}"),
        (None, Some(mode)) => format!("{file} with mode {mode}"),
        (None, None) => format!("{file} exists"),
    };
    let Ok(ino) = tree.resolve(file, Follow::Yes) else {
        return Evidence { passed: false, expected, found: format!("{file} does not exist") };
    };
    let Some(inode) = tree.inode(ino) else {
        return Evidence { passed: false, expected, found: format!("{file} does not exist") };
    };
    let found_mode = format!("{:04o}", inode.metadata().mode.bits());
    let mode_fits = mode.is_none_or(|mode| mode == found_mode);
    let mut found = format!("mode {found_mode}");
    let mut line_fits = true;
    if let Some(line) = line {
        let text = match inode.node() {
            Node::File(content) => content.to_vec(),
            _ => Vec::new(),
        };
        line_fits = text.split(|&byte| byte == b'\n').any(|found| found == line.as_bytes());
        found = format!("{:?}", String::from_utf8_lossy(&text).chars().take(200).collect::<String>());
    }
    Evidence { passed: mode_fits && line_fits, expected, found }
}

impl ConfigField {
    fn of(self, image: &ImageConfig) -> Vec<String> {
        let config = &image.config;
        let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        match self {
            ConfigField::Cmd => config.cmd.clone().unwrap_or_default(),
            ConfigField::Entrypoint => config.entrypoint.clone().unwrap_or_default(),
            ConfigField::Env => config.env.clone(),
            ConfigField::User => one(&config.user),
            ConfigField::Workdir => one(&config.working_dir),
            ConfigField::Ports => config.exposed_ports.iter().cloned().collect(),
        }
    }
}
