use dockerfile::Lines;
use dockerfile::expand::{ExpandError, Expander, Quotes, Unset};
use oci::{ConfigStyle, ContainerConfig, History, ImageConfig};

use crate::buildkit::graph::NodeId;

/// A stage while its instructions are turned into operations.
#[derive(Clone, Debug)]
pub(in crate::buildkit) struct State {
    /// The last operation; none on scratch.
    pub(in crate::buildkit) node: Option<NodeId>,
    /// The configuration of the image to be.
    pub(in crate::buildkit) image: ImageConfig,
    /// Variables of the image and declared arguments, in order.
    pub(super) env: Vec<(String, String)>,
    /// Declared arguments with their values.
    pub(super) args: Vec<(String, Option<String>)>,
    /// Whether CMD was given in this stage.
    pub(super) cmd_set: bool,
    /// What numbers and names its steps.
    pub(super) naming: Naming,
    /// Whether the cache is not asked for its steps.
    pub(super) ignore_cache: bool,
    /// Whether nothing has been done to its image yet.
    pub(super) bare: bool,
    /// The platform it is built for, if it is not that of the machine.
    pub(super) platform: Option<String>,
}

/// How the steps of a stage are called.
#[derive(Clone, Debug, Default)]
pub(super) struct Naming {
    /// `stage-1` or a name; empty where the Dockerfile has one stage.
    pub(super) stage: String,
    /// How many steps it has; 0 where steps are not numbered.
    pub(super) total: usize,
    /// How many have been named.
    pub(super) done: usize,
    /// The platform in front, where several are built.
    pub(super) platform: Option<String>,
    /// Whether triggers of the base are running.
    pub(super) in_trigger: bool,
}

impl State {
    /// A stage on nothing.
    pub(super) fn scratch() -> Self {
        let mut state = State {
            node: None,
            image: ImageConfig::new(ConfigStyle::Oci),
            env: Vec::new(),
            args: Vec::new(),
            cmd_set: false,
            naming: Naming::default(),
            ignore_cache: false,
            bare: true,
            platform: None,
        };
        let path = format!("PATH={}", crate::buildkit::DEFAULT_PATH);
        state.image.config.env = vec![path.clone()];
        state.adopt_env();
        state
    }

    /// Takes the image's variables over.
    pub(super) fn adopt_env(&mut self) {
        let pair = |entry: &String| {
            let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
            (name.to_owned(), value.to_owned())
        };
        self.env = self.image.config.env.iter().map(pair).collect();
    }

    /// The configuration of containers.
    pub(super) fn config(&mut self) -> &mut ContainerConfig {
        &mut self.image.config
    }

    /// Sets a variable; a later setting moves it to the end.
    pub(super) fn set_env(&mut self, name: &str, value: &str) {
        self.env.retain(|(key, _)| key != name);
        self.env.push((name.to_owned(), value.to_owned()));
    }

    /// A variable's value.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        self.env.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    /// What runs commands in shell form.
    pub(super) fn shell(&self) -> Vec<String> {
        match &*self.image.config.shell {
            [] => vec!["/bin/sh".to_owned(), "-c".to_owned()],
            shell => shell.to_vec(),
        }
    }

    /// Adds a row of the history.
    pub(super) fn commit(&mut self, created_by: &str, layer: bool) {
        self.image.history.push(History {
            created: None,
            created_by: created_by.to_owned(),
            comment: "buildkit.dockerfile.v0".to_owned(),
            empty_layer: !layer,
            ..History::default()
        });
    }

    /// A path, below the working directory unless it is absolute.
    pub(super) fn absolute(&self, path: &str) -> String {
        use bstr::ByteSlice;
        let parts: [&[u8]; 3] = [b"/", self.image.config.working_dir.as_bytes(), path.as_bytes()];
        match path.starts_with('/') {
            true => path.to_owned(),
            false => crate::paths::join(&parts).to_str_lossy().into_owned(),
        }
    }
}

impl Naming {
    /// The next step's number and stage in brackets, before `text`.
    pub(super) fn next(&mut self, text: &str) -> String {
        if self.total == 0 {
            return text.to_owned();
        }
        self.done += 1;
        let width = self.total.to_string().len();
        let platform = self.platform.as_ref().map(|platform| format!("{platform} ")).unwrap_or_default();
        let stage = if self.stage.is_empty() { String::new() } else { format!("{} ", self.stage) };
        let trigger = if self.in_trigger { "ONBUILD " } else { "" };
        format!("[{platform}{stage}{:>width$}/{}] {trigger}{text}", self.done, self.total)
    }
}

/// The text of a RUN with the variables that are set, its name in capitals.
pub(super) fn shown_run(expander: Expander, state: &State, text: &str, secrets: &[String]) -> String {
    let expander = Expander { quotes: Quotes::Keep, unset: Unset::Keep, ..expander };
    let expanded = expander.word(text, &|name| match secrets.iter().any(|secret| secret == name) {
        true => Some("****".to_owned()),
        false => state.variable(name),
    });
    in_capitals(&expanded.unwrap_or_else(|_| text.to_owned()))
}

/// The text of another instruction as a single word: without quotes, and with nothing for variables that are not set.
pub(super) fn shown(expander: Expander, state: &State, text: &str) -> String {
    in_capitals(&expander.word(text, &|name| state.variable(name)).unwrap_or_else(|_| text.to_owned()))
}

/// The name of an instruction in capitals.
fn in_capitals(expanded: &str) -> String {
    match expanded.split_once(' ') {
        Some((name, rest)) => format!("{} {rest}", name.to_uppercase()),
        None => expanded.to_uppercase(),
    }
}

/// Why the Dockerfile cannot be turned into operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::buildkit) struct FrontError {
    /// Docker's sentence.
    pub(in crate::buildkit) message: String,
    /// The lines it is about.
    pub(in crate::buildkit) lines: Option<Lines>,
}

impl FrontError {
    /// An error without a place.
    pub(super) fn new(message: impl Into<String>) -> Self {
        FrontError { message: message.into(), lines: None }
    }

    /// An error that Docker shows no lines for.
    pub(super) fn nowhere(message: impl Into<String>) -> Self {
        FrontError { message: message.into(), lines: Some(Lines::default()) }
    }

    /// The same at a place, unless it has one.
    pub(super) fn at(self, lines: Lines) -> Self {
        FrontError { lines: self.lines.or(Some(lines)), ..self }
    }
}

impl From<ExpandError> for FrontError {
    fn from(error: ExpandError) -> Self {
        FrontError::new(error.to_string())
    }
}

impl From<String> for FrontError {
    fn from(message: String) -> Self {
        FrontError::new(message)
    }
}
