use serde::{Deserialize, Serialize};

use super::{CheckEntry, Predict};

/// A step of a lesson. Its prose is the part of the same id in `content.LOCALE.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// Its id within the lesson.
    pub id: String,
    /// The folder beside `lesson.yaml` whose files a learner has by then: they are laid over those of the start before
    /// the commands run in a test or for the transcripts of the prose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<String>,
    /// Commands to run with a click, in order.
    #[serde(default)]
    pub commands: Vec<Command>,
    /// Questions that are asked before the commands.
    #[serde(default)]
    pub predict: Vec<Predict>,
    /// What has to hold in the end.
    #[serde(default)]
    pub checks: Vec<CheckEntry>,
}

/// A command of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Command {
    /// Its id within the lesson, by which the prose shows it.
    pub id: String,
    /// The line.
    pub run: String,
    /// The exit status that it ends with; 0 without it.
    #[serde(default)]
    pub exit: u8,
}
