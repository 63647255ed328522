//! ExposeProtoCasing.

use super::super::Rule;
use super::super::linter::Linter;
use crate::{Lines, PortSpec};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "ExposeProtoCasing",
    description: "Protocol in EXPOSE instruction should be lowercase",
    url: "https://docs.docker.com/go/dockerfile/rule/expose-proto-casing/",
    experimental: false,
};

/// `spec` is the port as typed, expanded.
pub(in crate::lint) fn check(linter: &Linter, lines: Lines, spec: &str, parsed: &PortSpec) {
    if parsed.proto != parsed.proto.to_lowercase() {
        let detail = format!("Defined protocol '{spec}' in EXPOSE instruction should be lowercase");
        linter.report(&RULE, lines, detail);
    }
}
