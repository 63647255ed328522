use dockerfile::Vintage;
use dockerfile::expand::{ExpandError, Expander};
use oci::ContainerConfig;

/// The image configuration that instructions work on, in a build and in `--change`.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// What the next image will hold.
    pub(crate) config: ContainerConfig,
    /// Whether CMD was set since FROM; if not, ENTRYPOINT resets it.
    pub(crate) cmd_set: bool,
    /// How words are expanded.
    pub(crate) expander: Expander,
}

impl Settings {
    /// Settings that begin with `config`, of a Dockerfile with this escape character.
    pub(crate) fn new(config: ContainerConfig, escape: char, vintage: Vintage) -> Self {
        Settings { config, cmd_set: false, expander: Expander::new(escape, vintage) }
    }

    /// What runs commands in shell form.
    pub(crate) fn shell(&self) -> Vec<String> {
        match &*self.config.shell {
            [] => vec!["/bin/sh".to_owned(), "-c".to_owned()],
            shell => shell.to_vec(),
        }
    }

    /// Looks a variable up: the image's environment first, then the build arguments.
    pub(crate) fn variable(&self, args: &[(String, String)], name: &str) -> Option<String> {
        let from_args = || args.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        self.config.env_value(name).map(str::to_owned).or_else(from_args)
    }

    /// Expands a word to one string.
    pub(crate) fn expand(&self, args: &[(String, String)], word: &str) -> Result<String, ExpandError> {
        self.expander.word(word, &|name| self.variable(args, name))
    }

    /// Expands a word to as many as its variables make of it (EXPOSE alone).
    pub(crate) fn expand_to_words(
        &self,
        args: &[(String, String)],
        word: &str,
    ) -> Result<Vec<String>, ExpandError> {
        Ok(self.expander.expand(word, &|name| self.variable(args, name))?.words)
    }

    /// The configuration of a step that executes nothing: its command says what was done.
    pub(crate) fn noted(&self, comment: &str) -> ContainerConfig {
        let words = ["#(nop) ".to_owned(), comment.to_owned()];
        self.with_command(self.shell().into_iter().chain(words).collect())
    }

    /// The same in one word, as COPY, ADD and WORKDIR write it.
    pub(crate) fn noted_in_one(&self, comment: &str) -> ContainerConfig {
        self.with_command(self.shell().into_iter().chain([format!("#(nop) {comment}")]).collect())
    }

    fn with_command(&self, cmd: Vec<String>) -> ContainerConfig {
        ContainerConfig { cmd: Some(cmd), ..self.config.clone() }
    }
}
