//! MaintainerDeprecated.

use super::super::Rule;
use super::super::linter::Linter;
use crate::syntax::{Keyword, Node};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "MaintainerDeprecated",
    description: "The MAINTAINER instruction is deprecated, use a label instead to define an image author",
    url: "https://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/",
    experimental: false,
};

/// Every MAINTAINER.
pub(in crate::lint) fn check(linter: &Linter, node: &Node<'_>) {
    if node.kind == Some(Keyword::Maintainer) {
        let detail = "Maintainer instruction is deprecated in favor of using label".to_owned();
        linter.report(&RULE, node.lines, detail);
    }
}
