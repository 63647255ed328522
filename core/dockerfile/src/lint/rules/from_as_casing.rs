//! FromAsCasing.

use super::super::Rule;
use super::super::linter::Linter;
use crate::syntax::{Keyword, Node};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "FromAsCasing",
    description: "The 'as' keyword should match the case of the 'from' keyword",
    url: "https://docs.docker.com/go/dockerfile/rule/from-as-casing/",
    experimental: false,
};

/// Looks at the second of three words; a FROM in mixed case is another rule's.
pub(in crate::lint) fn check(linter: &Linter, node: &Node<'_>) {
    let words = node.flat_words();
    let (Some(Keyword::From), Some(between), true) = (node.kind, words.get(1), words.len() >= 3) else {
        return;
    };
    let from = &*node.keyword;
    let matches = if from == from.to_lowercase() {
        *between == between.to_lowercase()
    } else {
        from != from.to_uppercase() || *between == between.to_uppercase()
    };
    if !matches {
        linter.report(&RULE, node.lines, format!("'{between}' and '{from}' keywords' casing do not match"));
    }
}
