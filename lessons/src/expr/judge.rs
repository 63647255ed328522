//! A verdict with its ground: what was expected, what was found, and where.

use serde::{Deserialize, Serialize};

use super::{
    Operator,
    evaluate::{apply, evaluate},
    typed::{Expr, Form, Typed},
    value::{Absent, Value},
};
use crate::Scene;

/// What a check found: the ground of its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Whether the check passes.
    pub passed: bool,
    /// What was asked for.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// Where that was taken from.
    pub from: String,
}

impl Expr {
    /// Evaluates a predicate.
    pub fn judge(&self, scene: &Scene<'_>) -> Evidence {
        self.node(&self.root, scene)
    }

    fn text(&self, node: &Typed) -> String {
        let text = self.source.get(node.span.range()).unwrap_or(&self.source);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn node(&self, node: &Typed, scene: &Scene<'_>) -> Evidence {
        match &node.kind {
            Form::Binary { operator: Operator::And, left, right } => {
                let left = self.node(left, scene);
                if left.passed { left.and(self.node(right, scene)) } else { left }
            }
            Form::Binary { operator: Operator::Or, left, right } => {
                let left = self.node(left, scene);
                if left.passed { left } else { left.or(self.node(right, scene)) }
            }
            Form::Binary { operator, left, right } => self.comparison(node, *operator, (left, right), scene),
            Form::Not(inner) => self.negation(node, inner, scene),
            _ => match evaluate(node, scene) {
                Ok(seen) => Evidence {
                    passed: matches!(seen.value, Value::Bool(true)),
                    expected: self.text(node),
                    found: seen.value.to_string(),
                    from: seen.from,
                },
                Err(absent) => absent.evidence(self.text(node)),
            },
        }
    }

    fn comparison(
        &self,
        node: &Typed,
        operator: Operator,
        (left, right): (&Typed, &Typed),
        scene: &Scene<'_>,
    ) -> Evidence {
        let sides = evaluate(left, scene).and_then(|left| Ok((left, evaluate(right, scene)?)));
        let (seen, wanted) = match sides {
            Ok(sides) => sides,
            Err(absent) => return absent.evidence(self.text(node)),
        };
        Evidence {
            passed: matches!(apply(operator, &seen.value, &wanted.value), Value::Bool(true)),
            expected: format!("{} {} {}", self.text(left), operator.text(), wanted.value),
            found: seen.value.to_string(),
            from: seen.from,
        }
    }

    /// What is missing fails a negation too: `not image.file("/x").text has "y"` wants a file.
    fn negation(&self, node: &Typed, inner: &Typed, scene: &Scene<'_>) -> Evidence {
        match evaluate(inner, scene) {
            Err(absent) => absent.evidence(self.text(node)),
            Ok(_) => {
                let inner = self.node(inner, scene);
                Evidence { passed: !inner.passed, expected: self.text(node), ..inner }
            }
        }
    }
}

impl Evidence {
    fn and(self, other: Evidence) -> Evidence {
        if other.passed { self.joined(other, " and ") } else { other }
    }

    fn or(self, other: Evidence) -> Evidence {
        if other.passed { other } else { self.joined(other, " or ") }
    }

    fn joined(self, other: Evidence, word: &str) -> Evidence {
        let from = if self.from == other.from { self.from } else { format!("{}; {}", self.from, other.from) };
        Evidence {
            passed: other.passed,
            expected: format!("{}{word}{}", self.expected, other.expected),
            found: format!("{}; {}", self.found, other.found),
            from,
        }
    }
}

impl Absent {
    fn evidence(self, expected: String) -> Evidence {
        Evidence { passed: false, expected, found: self.found, from: self.from }
    }
}
