//! Build checks: the rules of `docker build --check`, which a build of the current vintage runs too.
//!
//! The checks follow a build through its stages without running anything. What lies outside of the
//! Dockerfile comes in by [`Options`].

mod config;
mod environment;
mod globals;
mod linter;
mod plan;
mod rule;
mod rules;
mod walk;

use pattern::ignore::PatternMatcher;

use crate::{Dockerfile, Lines, Vintage, instruction, syntax};
use config::Config;
use linter::Linter;

pub use rule::{RULES, Rule};

/// Operating system, architecture and variant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    /// `linux`.
    pub os: String,
    /// `amd64`.
    pub architecture: String,
    /// `v7`; empty as a rule.
    pub variant: String,
}

impl std::fmt::Display for Platform {
    /// `linux/arm/v7`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        if self.variant.is_empty() { Ok(()) } else { write!(f, "/{}", self.variant) }
    }
}

/// What the checks need of a base image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaseImage {
    /// Its variables, in order.
    pub env: Vec<(String, String)>,
    /// Whether it says which shell runs commands.
    pub has_shell: bool,
    /// Its ONBUILD triggers.
    pub onbuild: Vec<String>,
    /// Its platform.
    pub platform: Platform,
}

/// Which stages are looked at closely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Those the target needs: a build.
    #[default]
    Target,
    /// All, unless a target is named: `--check`.
    All,
}

/// A function from text to an answer or Docker's error text.
pub type ParsePlatform<'o> = &'o dyn Fn(&str) -> Result<Platform, String>;

/// The world around the Dockerfile.
pub struct Options<'o> {
    /// `--build-arg`, in order.
    pub build_args: &'o [(String, String)],
    /// `--target`; empty is the last stage.
    pub target: &'o str,
    /// Which stages count.
    pub scope: Scope,
    /// The patterns of `.dockerignore`, if there are any.
    pub ignore: Option<&'o PatternMatcher>,
    /// Where the build runs.
    pub build_platform: Platform,
    /// What is built for.
    pub target_platform: Platform,
    /// Whether text is an image reference.
    pub is_reference: &'o dyn Fn(&str) -> bool,
    /// Parses a platform.
    pub parse_platform: ParsePlatform<'o>,
    /// The base image of a name, if it is known.
    pub base: &'o dyn Fn(&str) -> Option<BaseImage>,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The rule.
    pub rule: &'static Rule,
    /// What was found.
    pub detail: String,
    /// Where.
    pub lines: Lines,
}

impl std::fmt::Display for Warning {
    /// `Rule: detail (line N)`, as in a build's output.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.rule.name, self.detail)?;
        if self.lines.first > 0 { write!(f, " (line {})", self.lines.first) } else { Ok(()) }
    }
}

/// An error on the way; the findings before it hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CheckError {
    /// Docker's text.
    pub message: String,
    /// Where, if it has a place.
    pub lines: Option<Lines>,
}

impl CheckError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), lines: None }
    }

    pub(crate) fn at(message: impl Into<String>, lines: Lines) -> Self {
        Self { message: message.into(), lines: Some(lines) }
    }
}

/// The outcome of the checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The findings, by line; those of one line in the order they were made.
    pub warnings: Vec<Warning>,
    /// What stopped the checks, or the findings themselves when `error=true` asks for it.
    pub error: Option<CheckError>,
}

/// Checks the text of a Dockerfile.
#[must_use]
pub fn check(text: &str, options: &Options<'_>) -> Report {
    let config = match Config::of(text, options.build_args) {
        Ok(config) => config,
        Err(message) => return Report { error: Some(CheckError::new(message)), ..Report::default() },
    };
    let linter = Linter::new(config);
    let result = run(text, options, &linter).and_then(|()| linter.violation());
    let mut warnings = linter.into_warnings();
    warnings.sort_by_key(|warning| warning.lines.first);
    Report { warnings, error: result.err() }
}

fn run(text: &str, options: &Options<'_>, linter: &Linter) -> Result<(), CheckError> {
    let from_parse = |error: crate::ParseError| CheckError::at(error.text(), error.lines);
    let tree = syntax::parse(text, Vintage::Current).map_err(from_parse)?;
    rules::no_empty_continuation::check(linter, &tree);
    for node in &tree.nodes {
        let linter = linter.with_comments(&node.comments);
        rules::maintainer_deprecated::check(&linter, node);
        rules::stage_name_casing::check(&linter, node);
        rules::from_as_casing::check(&linter, node);
        let parsed = instruction::parse(node, tree.vintage).map_err(from_parse)?;
        rules::invalid_definition_description::check(&linter, &parsed);
    }
    let dockerfile = Dockerfile::from_syntax(&tree).map_err(from_parse)?;
    if dockerfile.stages.is_empty() {
        return Err(CheckError::new("dockerfile contains no stages to build"));
    }
    rules::reserved_stage_name::check(linter, &dockerfile.stages);
    rules::duplicate_stage_name::check(linter, &dockerfile.stages);
    rules::consistent_instruction_casing::check(linter, &dockerfile.stages);
    walk::run(&dockerfile, options, linter)
}
