//! RedundantTargetPlatform.

use super::super::Rule;
use super::super::environment::Environment;
use super::super::linter::Linter;
use crate::Lines;
use crate::expand::Expansion;

pub(in crate::lint) const RULE: Rule = Rule {
    name: "RedundantTargetPlatform",
    description: "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior",
    url: "https://docs.docker.com/go/dockerfile/rule/redundant-target-platform/",
    experimental: false,
};

/// Nothing but `$TARGETPLATFORM` was used, and its value is all there is.
pub(in crate::lint) fn check(
    linter: &Linter,
    lines: Lines,
    written: &str,
    expanded: &Expansion,
    env: &Environment,
) {
    let alone = expanded.used.len() == 1 && expanded.unset.is_empty();
    if alone
        && expanded.used.contains("TARGETPLATFORM")
        && env.get("TARGETPLATFORM").as_ref() == Some(&expanded.text)
    {
        let detail = format!(
            "Setting platform to predefined {written} in FROM is redundant as this is the default behavior"
        );
        linter.report(&RULE, lines, detail);
    }
}
