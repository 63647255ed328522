//! MultipleInstructionsDisallowed.

use super::super::Rule;
use super::super::linter::Linter;
use crate::Lines;

pub(in crate::lint) const RULE: Rule = Rule {
    name: "MultipleInstructionsDisallowed",
    description: "Multiple instructions of the same type should not be used in the same stage",
    url: "https://docs.docker.com/go/dockerfile/rule/multiple-instructions-disallowed/",
    experimental: false,
};

/// Reports the earlier one, which has no effect. `name` is the later one's as typed.
pub(in crate::lint) fn check(linter: &Linter, lines: Lines, name: &str, earlier: &mut Option<Lines>) {
    if let Some(earlier) = earlier.replace(lines) {
        let detail = format!(
            "Multiple {name} instructions should not be used in the same stage because only the last one will be used"
        );
        linter.report(&RULE, earlier, detail);
    }
}
