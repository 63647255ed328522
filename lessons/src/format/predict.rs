use serde::{Deserialize, Serialize};

use super::Expression;

/// A question that is asked before the commands of its step run, and answered by the state after them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Predict {
    /// Its id within the lesson.
    pub id: String,
    /// The question.
    pub ask: String,
    /// Answers to choose from; one of them is what the expression gives. None asks for free text.
    #[serde(default)]
    pub choices: Vec<String>,
    /// What gives the answer.
    pub answer: Expression,
    /// Said after the answer, whether it was right or wrong.
    #[serde(default)]
    pub explain: String,
}
