//! DuplicateStageName.

use std::collections::BTreeSet;

use super::super::Rule;
use super::super::linter::Linter;
use crate::{Stage, go_quote};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "DuplicateStageName",
    description: "Stage names should be unique",
    url: "https://docs.docker.com/go/dockerfile/rule/duplicate-stage-name/",
    experimental: false,
};

/// Reports the second and later stages of a name.
pub(in crate::lint) fn check(linter: &Linter, stages: &[Stage]) {
    let mut seen = BTreeSet::new();
    for stage in stages {
        let Some(name) = stage.name() else { continue };
        if !seen.insert(name) {
            let detail = format!("Duplicate stage name {}, stage names should be unique", go_quote(name));
            linter.report(&RULE, stage.instruction.lines, detail);
        }
    }
}
