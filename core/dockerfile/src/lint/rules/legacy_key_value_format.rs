//! LegacyKeyValueFormat.

use super::super::Rule;
use super::super::linter::Linter;
use crate::Lines;
use crate::instruction::KeyValue;

pub(in crate::lint) const RULE: Rule = Rule {
    name: "LegacyKeyValueFormat",
    description: "Legacy key/value format with whitespace separator should not be used",
    url: "https://docs.docker.com/go/dockerfile/rule/legacy-key-value-format/",
    experimental: false,
};

/// `name` is the instruction's as typed.
pub(in crate::lint) fn check(linter: &Linter, lines: Lines, name: &str, pairs: &[KeyValue]) {
    for _ in pairs.iter().filter(|pair| !pair.delimited) {
        let detail =
            format!(r#""{name} key=value" should be used instead of legacy "{name} key value" format"#);
        linter.report(&RULE, lines, detail);
    }
}
