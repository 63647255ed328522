//! NoEmptyContinuation.

use super::super::Rule;
use super::super::linter::Linter;
use crate::Lines;
use crate::syntax::Syntax;

pub(in crate::lint) const RULE: Rule = Rule {
    name: "NoEmptyContinuation",
    description: "Empty continuation lines will become errors in a future release",
    url: "https://docs.docker.com/go/dockerfile/rule/no-empty-continuation/",
    experimental: false,
};

/// One finding for each instruction, at its last line.
pub(in crate::lint) fn check(linter: &Linter, tree: &Syntax<'_>) {
    for found in &tree.empty_continuations {
        linter.report(&RULE, Lines::new(found.number, found.number), "Empty continuation line".to_owned());
    }
}
