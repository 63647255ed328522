//! FromPlatformFlagConstDisallowed.

use super::super::linter::Linter;
use super::super::{Options, Rule};
use crate::expand::Expansion;
use crate::{Stage, go_quote};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "FromPlatformFlagConstDisallowed",
    description: "FROM --platform flag should not use a constant value",
    url: "https://docs.docker.com/go/dockerfile/rule/from-platform-flag-const-disallowed/",
    experimental: false,
};

/// A platform without variables, unless the stage's name tells of it.
pub(in crate::lint) fn check(linter: &Linter, stage: &Stage, expanded: &Expansion, options: &Options<'_>) {
    if !expanded.used.is_empty() || !expanded.unset.is_empty() {
        return;
    }
    let Ok(platform) = (options.parse_platform)(&expanded.text) else { return };
    let name = stage.name().unwrap_or_default();
    if !name.contains(&platform.os) && !name.contains(&platform.architecture) {
        let value = go_quote(&expanded.text);
        let detail = format!("FROM --platform flag should not use constant value {value}");
        linter.report(&RULE, stage.instruction.lines, detail);
    }
}
