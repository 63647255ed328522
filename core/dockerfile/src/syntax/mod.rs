//! The first phase: text into instructions with their words, one [`Node`] for each.
//!
//! Nothing is known here of what an instruction means, except how its arguments are cut.

mod arguments;
mod directive;
mod dump;
mod heredoc;
pub(crate) mod json;
mod lines;
mod node;
mod parser;
mod split;
mod words;

pub use directive::{Directive, detect_check, detect_syntax};
pub use heredoc::{Heredoc, HeredocWord, chomp_tabs, parse_heredoc_word};
pub use lines::LINE_LIMIT;
pub(crate) use node::warning_text;
pub use node::{Args, EmptyContinuation, Keyword, Node, Pair, Syntax};
pub use parser::parse;
pub(crate) use parser::{Remainder, Sink, parse_each};

pub(crate) use directive::DirectiveReader;
