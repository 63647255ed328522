//! Text into a lesson, within limits, with every contradiction at its place.

use std::collections::BTreeMap;

use diag::{Diagnostic, SourceFile, Span, render};
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::{Expression, Lesson};
use crate::expr::{Expr, ExprError};

/// Bytes of a `lesson.yaml`.
const MAX_YAML: usize = 256 * 1024;
/// Lists and maps within one another.
const MAX_DEPTH: usize = 16;
/// Values of a `lesson.yaml`.
const MAX_NODES: usize = 20_000;
/// Values that aliases repeat.
#[cfg(not(target_family = "wasm"))]
const MAX_REPEATED: usize = 2_000;
/// The newest format that this program reads.
const FORMAT: u32 = 1;

/// The version of this simulator.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Why a lesson cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LessonError {
    /// The text is too long.
    #[error("a lesson.yaml of {0} bytes exceeds the limit of {MAX_YAML}")]
    TooLarge(usize),
    /// The text is no YAML, or not of the format; the message names line, column and what was expected.
    #[error("{0}")]
    Yaml(String),
    /// The format is of a later version.
    #[error("format {0} is not known; this program reads format {FORMAT}")]
    Format(u32),
    /// The lesson is for other simulators.
    #[error("the lesson's engine range leaves out this Glasshull, {VERSION}")]
    Engine,
    /// An expression cannot be read; the message names line, column and what was expected.
    #[error("{0}")]
    Expression(String),
    /// Two things of a lesson have one id.
    #[error("two {0} have the id {1:?}")]
    Duplicate(&'static str, String),
    /// A file beside `lesson.yaml` is missing, or there are too many.
    #[error("{0}")]
    Folder(String),
    /// Something names what is not there.
    #[error("{0}")]
    Dangling(String),
}

impl Lesson {
    /// Reads a `lesson.yaml`.
    ///
    /// # Errors
    /// When the text exceeds a limit, is not of the format, or contradicts itself.
    pub fn parse(yaml: &str) -> Result<Lesson, LessonError> {
        let lesson: Lesson = read_yaml(yaml, "lesson.yaml")?;
        if lesson.format != FORMAT {
            return Err(LessonError::Format(lesson.format));
        }
        match lesson.engine.has(VERSION) {
            Some(true) => {}
            Some(false) => return Err(LessonError::Engine),
            None => {
                return Err(LessonError::Dangling(
                    "engine: from and below are versions such as 0.1".to_owned(),
                ));
            }
        }
        lesson.expressions(yaml)?;
        lesson.ids()?;
        lesson.names()?;
        Ok(lesson)
    }

    fn expressions(&self, yaml: &str) -> Result<(), LessonError> {
        for check in self.checks() {
            read(&check.check, yaml, Expr::parse_predicate)?;
        }
        for hint in self.hints.iter().filter_map(|hint| hint.when.as_ref()) {
            read(hint, yaml, Expr::parse_predicate)?;
        }
        for predict in self.steps.iter().flat_map(|step| &step.predict) {
            read(&predict.answer, yaml, Expr::parse_shown)?;
        }
        Ok(())
    }

    fn ids(&self) -> Result<(), LessonError> {
        let steps = self.steps.iter();
        unique("steps", steps.clone().map(|step| &step.id))?;
        unique("checks", self.checks().map(|check| &check.id))?;
        unique("commands", steps.clone().flat_map(|step| &step.commands).map(|command| &command.id))?;
        unique("questions", steps.flat_map(|step| &step.predict).map(|predict| &predict.id))?;
        unique("solutions", self.solutions.iter().map(|solution| &solution.id))?;
        unique("mutants", self.mutants.iter().map(|mutant| &mutant.id))
    }

    /// What mutants name has to be there, and a lesson has to have a solution and a check.
    fn names(&self) -> Result<(), LessonError> {
        let dangling = |message: String| Err(LessonError::Dangling(message));
        if self.solutions.is_empty() || self.checks().next().is_none() {
            return dangling("a lesson needs a solution and a check".to_owned());
        }
        for mutant in &self.mutants {
            if let Some(id) = mutant.fails.iter().find(|id| self.checks().all(|check| check.id != **id)) {
                return dangling(format!("mutant {:?} fails {id:?}, and there is no such check", mutant.id));
            }
            let known = |of: &&String| self.solutions.iter().all(|solution| solution.id != **of);
            if let Some(id) = mutant.of.as_ref().filter(known) {
                return dangling(format!(
                    "mutant {:?} is of {id:?}, and there is no such solution",
                    mutant.id
                ));
            }
            if mutant.fails.is_empty() {
                return dangling(format!("mutant {:?} names no check that it fails", mutant.id));
            }
        }
        Ok(())
    }
}

/// Reads a YAML file of a lesson within the limits. In the browser it is JSON by then; see `build.rs`.
pub(crate) fn read_yaml<T: DeserializeOwned>(yaml: &str, name: &str) -> Result<T, LessonError> {
    if yaml.len() > MAX_YAML {
        return Err(LessonError::TooLarge(yaml.len()));
    }
    text::read(yaml).map_err(|error| LessonError::Yaml(in_words(&error, name)))
}

#[cfg(not(target_family = "wasm"))]
mod text {
    use serde::de::DeserializeOwned;

    use super::{MAX_DEPTH, MAX_NODES, MAX_REPEATED};

    pub(super) fn read<T: DeserializeOwned>(yaml: &str) -> Result<T, String> {
        serde_yaml::from_str_with_options(yaml, options()).map_err(|error| error.to_string())
    }

    /// The limits of YAML's own possibilities.
    fn options() -> serde_yaml::Options {
        let mut options = serde_yaml::Options::default();
        options.strict_booleans = true;
        options.alias_limits.max_total_replayed_events = MAX_REPEATED;
        options.alias_limits.max_replay_stack_depth = MAX_DEPTH;
        if let Some(budget) = &mut options.budget {
            budget.max_depth = MAX_DEPTH;
            budget.max_nodes = MAX_NODES;
        }
        options
    }
}

#[cfg(target_family = "wasm")]
mod text {
    use serde::de::DeserializeOwned;

    pub(super) fn read<T: DeserializeOwned>(json: &str) -> Result<T, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }
}

/// Serde names numbers by Rust's types, and the parser its limits by its own fields; authors do not.
fn in_words(message: &str, name: &str) -> String {
    let mut text = message.replace("<input>", name);
    let words = [
        ("invalid u32".to_owned(), "expected a whole number".to_owned()),
        ("invalid u8".to_owned(), "expected a whole number up to 255".to_owned()),
        ("expected string scalar".to_owned(), "expected a single value, and no list or map".to_owned()),
        ("recursion limit exceeded".to_owned(), format!("more than {MAX_DEPTH} levels (limit of {name})")),
        (
            format!("budget breached: Nodes {{ nodes: {} }}", MAX_NODES + 1),
            format!("more than {MAX_NODES} values (limit of {name})"),
        ),
    ];
    for (from, to) in words {
        text = text.replace(&from, &to);
    }
    text
}

fn read(
    expression: &Expression,
    yaml: &str,
    parse: fn(&str) -> Result<Expr, ExprError>,
) -> Result<(), LessonError> {
    let Err(error) = parse(&expression.text) else { return Ok(()) };
    let source = SourceFile::new("lesson.yaml", yaml);
    let span = place(expression, yaml, &source, error.span);
    let mut diagnostic = Diagnostic::error("expression", &error.message).at(span);
    if let Some(expected) = &error.expected {
        diagnostic.message = format!("{}; expected {expected}", error.message);
    }
    Err(LessonError::Expression(render(&diagnostic, Some(&source))))
}

/// A place of an expression as one of the file: exact where the file has the expression as it is, else where it begins.
fn place(expression: &Expression, yaml: &str, source: &SourceFile, inner: Span) -> Span {
    let line = usize::try_from(expression.line).unwrap_or(0);
    let Some(line) = source.line_span(line) else { return Span::of(0..0) };
    let start = usize::try_from(line.start).unwrap_or(0);
    let column = usize::try_from(expression.column).unwrap_or(1).saturating_sub(1);
    let at = start + yaml[start..].char_indices().nth(column).map_or(0, |(at, _)| at);
    let rest = &yaml[at..];
    let exact =
        rest.get(..rest.len().min(expression.text.len() + 400)).unwrap_or(rest).find(&expression.text);
    match exact {
        Some(offset) => {
            let begin = at + offset;
            Span::of(begin + inner.range().start..begin + inner.range().end)
        }
        None => Span::of(at..at),
    }
}

fn unique<'a>(what: &'static str, ids: impl Iterator<Item = &'a String>) -> Result<(), LessonError> {
    let mut seen = BTreeMap::new();
    for id in ids {
        if seen.insert(id, ()).is_some() {
            return Err(LessonError::Duplicate(what, id.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
