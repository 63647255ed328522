//! ExposeInvalidFormat.

use super::super::Rule;
use super::super::linter::Linter;
use crate::{Lines, PortSpec};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "ExposeInvalidFormat",
    description: "IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in a future release",
    url: "https://docs.docker.com/go/dockerfile/rule/expose-invalid-format/",
    experimental: false,
};

/// `spec` is the port as typed, expanded.
pub(in crate::lint) fn check(linter: &Linter, lines: Lines, spec: &str, parsed: &PortSpec) {
    if parsed.has_host {
        let detail = format!(
            "EXPOSE instruction should not define an IP address or host-port mapping, found '{spec}'"
        );
        linter.report(&RULE, lines, detail);
    }
}
