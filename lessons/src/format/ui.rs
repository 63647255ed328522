use serde::{Deserialize, Serialize};

/// What a page shows and allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ui {
    /// The panes that matter, the most important first; all, without it.
    #[serde(default)]
    pub panes: Vec<Pane>,
    /// The files that may be edited, as patterns; all, without it.
    #[serde(default)]
    pub edit: Vec<String>,
    /// The commands that may be typed, by their first words; all, without it.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Commands that are refused with a message.
    #[serde(default)]
    pub deny: Vec<Denied>,
}

/// A command that is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Denied {
    /// Its first words.
    pub command: String,
    /// Why.
    pub message: String,
}

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Pane {
    /// The project's files and the editor.
    Files,
    /// The terminal.
    Terminal,
    /// Layers as a stack, with their sizes.
    Layers,
    /// The life of temporary containers.
    Containers,
    /// File changes as a tree.
    Changes,
    /// Cache keys, old against new.
    Cache,
}
