use serde::{Deserialize, Serialize};

use super::Expression;

/// A check with what a learner and a grade book need of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CheckEntry {
    /// Its id within the lesson.
    pub id: String,
    /// What it is worth.
    pub points: u32,
    /// What holds when it passes, as a sentence.
    pub message: String,
    /// Help for who does not pass.
    #[serde(default)]
    pub hint: String,
    /// The predicate.
    pub check: Expression,
}
