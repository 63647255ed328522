//! CopyIgnoredFile.

use pattern::ignore::PatternMatcher;
use pattern::{BadPattern, filepath_clean};

use super::super::Rule;
use super::super::linter::Linter;
use crate::{Lines, go_quote};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "CopyIgnoredFile",
    description: "Attempting to Copy file that is excluded by .dockerignore",
    url: "https://docs.docker.com/go/dockerfile/rule/copy-ignored-file/",
    experimental: false,
};

/// Says nothing when there are `!` patterns: they are too hard to judge. The context itself counts
/// as ignored only by a pattern for everything. `verb` is `Copy` or `Add`.
pub(in crate::lint) fn check(
    linter: &Linter,
    lines: Lines,
    verb: &str,
    source: &str,
    ignore: &PatternMatcher,
) -> Result<(), BadPattern> {
    if ignore.exclusions() {
        return Ok(());
    }
    let source = filepath_clean(source);
    let is_root = source == "." || source == "/";
    let everything = ignore.patterns().iter().any(|pattern| matches!(pattern.text(), "*" | "**" | "**/*"));
    if is_root && !everything {
        return Ok(());
    }
    if ignore.matches_cleaned(&source)? {
        let source = go_quote(&source);
        let detail = format!("Attempting to {verb} file {source} that is excluded by .dockerignore");
        linter.report(&RULE, lines, detail);
    }
    Ok(())
}
