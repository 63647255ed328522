//! Expressions into values.

use pattern::{FnmatchFlags, fnmatch};

use super::{
    Operator,
    members::Call,
    typed::{Expr, Form, Typed},
    value::{Absent, Seen, Value},
};
use crate::Scene;

impl Expr {
    /// The value in a state, as text for people; what is missing, if something is.
    pub fn show(&self, scene: &Scene<'_>) -> Result<String, String> {
        match evaluate(&self.root, scene) {
            Ok(Seen { value: Value::Text(text), .. }) => Ok(text),
            Ok(Seen { value: Value::Texts(texts), .. }) => Ok(texts.join(", ")),
            Ok(Seen { value, .. }) => Ok(value.to_string()),
            Err(absent) => Err(absent.found),
        }
    }

    /// Whether a predicate holds; what is missing counts as no.
    pub fn holds(&self, scene: &Scene<'_>) -> bool {
        matches!(evaluate(&self.root, scene), Ok(Seen { value: Value::Bool(true), .. }))
    }
}

/// Evaluates a node.
pub(super) fn evaluate(typed: &Typed, scene: &Scene<'_>) -> Result<Seen, Absent> {
    match &typed.kind {
        Form::Constant(value) => Ok(Seen::new(value.as_ref().clone(), "the lesson")),
        Form::List(items) => {
            let mut texts = Vec::new();
            for item in items {
                if let Value::Text(text) = evaluate(item, scene)?.value {
                    texts.push(text);
                }
            }
            Ok(Seen::new(texts, "the lesson"))
        }
        Form::Call { member, receiver, arguments } => {
            let on = receiver.as_deref().map(|receiver| evaluate(receiver, scene)).transpose()?;
            let arguments = arguments
                .iter()
                .map(|argument| evaluate(argument, scene).map(|seen| seen.value))
                .collect::<Result<Vec<Value>, Absent>>()?;
            let (value, from) = match &on {
                Some(seen) => (&seen.value, seen.from.as_str()),
                None => (&Value::Project, ""),
            };
            (member.get)(&Call { scene, on: value, from, arguments: &arguments })
        }
        Form::Not(inner) => {
            let seen = evaluate(inner, scene)?;
            Ok(Seen::new(!matches!(seen.value, Value::Bool(true)), seen.from))
        }
        Form::Binary { operator, left, right } => {
            let left = evaluate(left, scene)?;
            // The right side of a decided `and` or `or` may be missing.
            match (operator, &left.value) {
                (Operator::And, Value::Bool(false)) | (Operator::Or, Value::Bool(true)) => return Ok(left),
                _ => {}
            }
            let right = evaluate(right, scene)?;
            Ok(Seen::new(apply(*operator, &left.value, &right.value), left.from))
        }
    }
}

/// The result of an operator; the types fit, since the expression was checked.
pub(super) fn apply(operator: Operator, left: &Value, right: &Value) -> Value {
    if let (Value::Int(left), Value::Int(right)) = (left, right) {
        return match operator {
            Operator::Plus => Value::Int(left.saturating_add(*right)),
            Operator::Minus => Value::Int(left.saturating_sub(*right)),
            Operator::Less => Value::Bool(left < right),
            Operator::AtMost => Value::Bool(left <= right),
            Operator::Greater => Value::Bool(left > right),
            Operator::AtLeast => Value::Bool(left >= right),
            Operator::Unequal => Value::Bool(left != right),
            _ => Value::Bool(left == right),
        };
    }
    Value::Bool(match operator {
        Operator::And => matches!((left, right), (Value::Bool(true), Value::Bool(true))),
        Operator::Or => matches!(left, Value::Bool(true)) || matches!(right, Value::Bool(true)),
        Operator::Has => match (left, right) {
            (Value::Text(whole), Value::Text(part)) => whole.contains(part.as_str()),
            (Value::Texts(items), Value::Text(item)) => items.contains(item),
            _ => false,
        },
        Operator::Matches => match (left, right) {
            (Value::Text(text), Value::Text(pattern)) => fits(text, pattern),
            (Value::Texts(items), Value::Text(pattern)) => items.iter().any(|item| fits(item, pattern)),
            _ => false,
        },
        Operator::Unequal => !same(left, right),
        _ => same(left, right),
    })
}

fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Text(left), Value::Text(right)) => left == right,
        (Value::Texts(left), Value::Texts(right)) => left == right,
        _ => false,
    }
}

fn fits(text: &str, pattern: &str) -> bool {
    fnmatch(pattern.as_bytes(), text.as_bytes(), FnmatchFlags::default())
}
