//! WorkdirRelativePath.

use super::super::Rule;
use super::super::linter::Linter;
use crate::{Lines, go_quote};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "WorkdirRelativePath",
    description: "Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes",
    url: "https://docs.docker.com/go/dockerfile/rule/workdir-relative-path/",
    experimental: false,
};

/// The first WORKDIR of a stage and those it is based on.
pub(in crate::lint) fn check(linter: &Linter, lines: Lines, path: &str) {
    if !path.starts_with('/') {
        let path = go_quote(path);
        let detail = format!("Relative workdir {path} can have unexpected results if the base image changes");
        linter.report(&RULE, lines, detail);
    }
}
