use serde::{Deserialize, Serialize};

/// The state in which a lesson begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Start {
    /// The folder beside `lesson.yaml` with the project's files; an empty project, without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<String>,
    /// Images that were pulled.
    #[serde(default)]
    pub images: Vec<String>,
    /// Whether the project was built before.
    #[serde(default)]
    pub cache: Cache,
    /// What was typed before, in the project folder.
    #[serde(default)]
    pub history: Vec<String>,
}

/// Whether the project was built before the lesson begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Cache {
    /// It was not.
    #[default]
    Cold,
    /// It was, with the commands of `grade`.
    Warm,
}
