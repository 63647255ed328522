use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A solution with a mistake in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mutant {
    /// Its id within the lesson.
    pub id: String,
    /// The solution that it starts from; the first, without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Texts that are replaced; each must be there.
    #[serde(default)]
    pub replace: Vec<Replacement>,
    /// Files that are written, by path.
    #[serde(default)]
    pub write: BTreeMap<String, String>,
    /// Files that are removed.
    #[serde(default)]
    pub remove: Vec<String>,
    /// The checks that it fails, by id; others may fail too.
    pub fails: Vec<String>,
}

/// A text of a file in place of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Replacement {
    /// The file.
    pub file: String,
    /// The text that is there.
    pub find: String,
    /// The text that comes in its place.
    pub with: String,
}
