//! ReservedStageName.

use super::super::Rule;
use super::super::linter::Linter;
use crate::{Stage, go_quote};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "ReservedStageName",
    description: "Reserved words should not be used as stage names",
    url: "https://docs.docker.com/go/dockerfile/rule/reserved-stage-name/",
    experimental: false,
};

/// `scratch` and `context` mean something else.
pub(in crate::lint) fn check(linter: &Linter, stages: &[Stage]) {
    for stage in stages {
        if let Some(name @ ("context" | "scratch")) = stage.name() {
            let detail =
                format!("Stage name should not use the same name as reserved stage {}", go_quote(name));
            linter.report(&RULE, stage.instruction.lines, detail);
        }
    }
}
