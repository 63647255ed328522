use serde::{Deserialize, Serialize};

use super::{Expression, Lesson};
use crate::{Expr, Scene};

/// Help in levels, for one kind of state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Hint {
    /// When it applies; always, without it. The first that applies is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expression>,
    /// The texts, from a nudge to the answer.
    pub levels: Vec<String>,
}

/// The levels of help for a state: those of the first hint that applies to it.
pub fn hints(lesson: &Lesson, scene: &Scene<'_>) -> Vec<String> {
    let applies = |hint: &&Hint| match &hint.when {
        None => true,
        Some(when) => Expr::parse_predicate(&when.text).is_ok_and(|expr| expr.holds(scene)),
    };
    lesson.hints.iter().find(applies).map(|hint| hint.levels.clone()).unwrap_or_default()
}
