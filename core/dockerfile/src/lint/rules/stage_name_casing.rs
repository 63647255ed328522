//! StageNameCasing.

use super::super::Rule;
use super::super::linter::Linter;
use crate::syntax::{Keyword, Node};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "StageNameCasing",
    description: "Stage names should be lowercase",
    url: "https://docs.docker.com/go/dockerfile/rule/stage-name-casing/",
    experimental: false,
};

/// Looks at the third word of FROM.
pub(in crate::lint) fn check(linter: &Linter, node: &Node<'_>) {
    if node.kind != Some(Keyword::From) {
        return;
    }
    if let [_, _, name] = node.flat_words().as_slice()
        && *name != name.to_lowercase()
    {
        linter.report(&RULE, node.lines, format!("Stage name '{name}' should be lowercase"));
    }
}
