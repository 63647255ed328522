//! UndefinedVar.

use std::collections::BTreeSet;

use super::super::Rule;
use super::super::environment::Environment;
use super::super::linter::Linter;
use crate::{Case, Lines, suggest};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "UndefinedVar",
    description: "Variables should be defined before their use",
    url: "https://docs.docker.com/go/dockerfile/rule/undefined-var/",
    experimental: false,
};

/// Arguments that steer attestations and are no variables.
const NOT_VARIABLES: [&str; 2] = ["BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"];

/// `unset` are the variables a word used and did not find; declared ARGs without a value are fine.
pub(in crate::lint) fn check(
    linter: &Linter,
    lines: Lines,
    unset: &BTreeSet<String>,
    args: &[String],
    env: &Environment,
) {
    for name in unset.iter().filter(|name| !args.contains(name)) {
        if NOT_VARIABLES.contains(&name.as_str()) {
            continue;
        }
        let hint = suggest(name, env.names(), Case::Sensitive);
        let hint = hint.map(|found| format!(" (did you mean ${found}?)")).unwrap_or_default();
        linter.report(&RULE, lines, format!("Usage of undefined variable '${name}'{hint}"));
    }
}
