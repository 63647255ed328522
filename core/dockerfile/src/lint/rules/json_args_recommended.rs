//! JSONArgsRecommended.

use super::super::Rule;
use super::super::linter::Linter;
use crate::Lines;
use crate::instruction::RunForm;

pub(in crate::lint) const RULE: Rule = Rule {
    name: "JSONArgsRecommended",
    description: "JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals",
    url: "https://docs.docker.com/go/dockerfile/rule/json-args-recommended/",
    experimental: false,
};

/// Shell form without a SHELL of one's own. `name` is the instruction's as typed.
pub(in crate::lint) fn check(linter: &Linter, lines: Lines, name: &str, form: &RunForm, has_shell: bool) {
    if form.is_shell() && !has_shell {
        let detail = format!(
            "JSON arguments recommended for {name} to prevent unintended behavior related to OS signals"
        );
        linter.report(&RULE, lines, detail);
    }
}
