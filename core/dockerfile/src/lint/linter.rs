//! Collects findings, as far as they are asked for.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::config::Config;
use super::{CheckError, Rule, Warning};
use crate::syntax::DirectiveReader;
use crate::{Lines, Vintage};

/// Where rules report; cheap to narrow down for one instruction.
#[derive(Clone, Debug)]
pub(super) struct Linter {
    config: Config,
    warnings: Rc<RefCell<Vec<Warning>>>,
}

impl Linter {
    pub(super) fn new(config: Config) -> Self {
        Self { config, warnings: Rc::default() }
    }

    /// The same with the `check=` options of the comments before an instruction.
    pub(super) fn with_comments(&self, comments: &[impl AsRef<str>]) -> Self {
        let mut linter = self.clone();
        let options = comments.iter().find_map(|comment| check_options(comment.as_ref()));
        if let Some(Ok(config)) = options.map(|options| Config::parse(&options)) {
            linter.config.merge(&config);
        }
        linter
    }

    /// Notes a finding unless its rule is skipped, or experimental and not asked for.
    pub(super) fn report(&self, rule: &'static Rule, lines: Lines, detail: String) {
        let wanted = match rule.experimental {
            true => self.config.experimental.contains(rule.name),
            false => !self.config.skip.contains(rule.name),
        };
        if wanted {
            self.warnings.borrow_mut().push(Warning { rule, detail, lines });
        }
    }

    /// The error that findings are when the options say so.
    pub(super) fn violation(&self) -> Result<(), CheckError> {
        let warnings = self.warnings.borrow();
        if !self.config.error || warnings.is_empty() {
            return Ok(());
        }
        let names: BTreeSet<&str> = warnings.iter().map(|warning| warning.rule.name).collect();
        let names: Vec<&str> = names.into_iter().collect();
        Err(CheckError::new(format!("lint violation found for rules: {}", names.join(", "))))
    }

    pub(super) fn into_warnings(self) -> Vec<Warning> {
        self.warnings.take()
    }
}

fn check_options(comment: &str) -> Option<String> {
    match DirectiveReader::new("", Vintage::Current).read(comment) {
        Ok(Some(("check", value))) => value.split(' ').next().map(str::to_owned),
        _ => None,
    }
}
