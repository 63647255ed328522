use serde::{Deserialize, Serialize};

/// How the state that is checked comes to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grading {
    /// What is run in the project folder of a fresh machine, after the start.
    pub run: Vec<String>,
    /// The image that `image` means in expressions.
    pub image: String,
    /// Whether a learner's own machine is checked as it is, where there is one. A submission is run in any case.
    #[serde(default)]
    pub live: bool,
}
