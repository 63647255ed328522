use serde::{Deserialize, Serialize};

/// A way to solve a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Solution {
    /// Its id within the lesson.
    pub id: String,
    /// The folder beside `lesson.yaml` whose files are laid over those of the start.
    pub files: String,
}
