//! Go's text/template with the functions of docker's `--format`: the language of Go 1.19 as a whole, on values that are
//! JSON here. What Go's types would tell of them is kept in `structs.rs`.

mod eval;
mod functions;
mod item;
mod lex;
mod literal;
mod node;
mod parse;
mod printf;
mod structs;
#[cfg(test)]
mod tests;

use serde_json::Value;
use thiserror::Error;

pub(crate) use parse::Template;

/// Nesting of blocks, parentheses and calls that a template may have.
const MAX_DEPTH: usize = 64;
/// Bytes that one execution may print.
const MAX_OUTPUT: usize = 16 << 20;

/// A template that cannot be read or executed, in Go's words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub(crate) struct TemplateError(pub(crate) String);

impl Template {
    /// Executes the template on a value; the text has no line end of its own.
    pub(crate) fn execute(&self, dot: &Value, data: Data) -> Result<String, TemplateError> {
        eval::execute(self, dot, data)
    }
}

/// What the value stands for in docker's client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    /// A row of a list: a Go type of this name with a method for each field.
    Row(&'static str),
    /// The head of a table: a map from fields to titles.
    Head,
    /// A Go struct of this name.
    Struct(&'static str),
    /// A Go struct, and where that does not do, its JSON.
    Inspected,
}
