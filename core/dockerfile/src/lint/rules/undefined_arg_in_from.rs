//! UndefinedArgInFrom.

use std::collections::BTreeSet;

use super::super::Rule;
use super::super::linter::Linter;
use super::super::plan::Globals;
use crate::{Case, Lines, with_suggestion};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "UndefinedArgInFrom",
    description: "FROM command must use declared ARGs",
    url: "https://docs.docker.com/go/dockerfile/rule/undefined-arg-in-from/",
    experimental: false,
};

/// `unset` are the variables FROM used and did not find; a declared ARG without a value is fine.
pub(in crate::lint) fn check(linter: &Linter, lines: Lines, unset: &BTreeSet<String>, globals: &Globals<'_>) {
    let mut known: BTreeSet<&str> = globals.env.names().collect();
    known.extend(globals.args.iter().map(String::as_str));
    for name in unset.iter().filter(|name| !known.contains(name.as_str())) {
        let detail = format!("FROM argument '{name}' is not declared");
        let detail = with_suggestion(detail, name, known.iter().copied(), Case::Sensitive);
        linter.report(&RULE, lines, detail);
    }
}
