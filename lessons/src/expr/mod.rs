//! The language of checks: small, typed, total. An expression is read and typed once, when the lesson is; evaluating it
//! gives a value with the place that it came from, or says what is missing.
//!
//! ```text
//! image.cmd == ["redis-server"]
//! image.file("/usr/bin/redis-server").mode == "0755" and image.layers <= 2
//! after_edit("src/app.js").step("RUN npm").cached
//! image.leaks("hunter2") == []
//! ```

mod ast;
mod evaluate;
mod judge;
mod lex;
mod members;
mod parse;
mod typed;
mod value;

use diag::Span;
use thiserror::Error;

pub use ast::Operator;
pub use judge::Evidence;
pub use members::{Member, Parameter, members};
pub use typed::Expr;
pub use value::Type;
pub(crate) use value::{Absent, BuildValue, ImageValue, LayerValue, RunValue};

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}{}", .expected.as_ref().map(|expected| format!("; expected {expected}")).unwrap_or_default())]
pub struct ExprError {
    /// Where, in bytes of the expression.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What was expected there.
    pub expected: Option<String>,
}

impl ExprError {
    fn new(span: Span, message: impl Into<String>, expected: &str) -> Self {
        let expected = (!expected.is_empty()).then(|| expected.to_owned());
        ExprError { span, message: message.into(), expected }
    }
}

#[cfg(test)]
mod tests;
