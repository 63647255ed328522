//! `.dockerignore` rules; the 20.10 column was observed at dockerd 20.10.24.

use pattern::ignore::{Dialect, PatternMatcher, Visit, read};
use pattern::{filepath_clean, filepath_match};
use proptest::prelude::*;

fn matches(patterns: &[&str], path: &str, dialect: Dialect) -> Result<bool, String> {
    let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    let matcher = PatternMatcher::with_dialect(&patterns, dialect).map_err(|error| error.to_string())?;
    matcher.matches(path).map_err(|error| error.to_string())
}

#[test]
fn the_dialects_differ_where_docker_does() {
    for (pattern, path, old, current) in [
        ("a+b", "a+b", false, true),
        ("a+b", "aab", true, false),
        ("**file", "afile", false, true),
        ("**file", "file", true, true),
        ("d(x)", "d(x)", false, true),
        ("d(x)", "dx", true, false),
        ("x^y", "x^y", false, true),
        ("c{1}", "c{1}", false, true),
        ("a\\db", "a5b", true, true),
        ("a\\db", "adb", false, false),
        ("[*]b", "a*b", false, false),
        ("**/d", "d/f", false, true),
        ("**/d", "a/d/f", true, true),
        ("x$", "x$", true, true),
        ("a|b", "a|b", true, true),
        ("a.b", "a.b", true, true),
        ("a.b", "axb", false, false),
    ] {
        assert_eq!(matches(&[pattern], path, Dialect::Docker20_10), Ok(old), "20.10 {pattern} {path}");
        assert_eq!(matches(&[pattern], path, Dialect::Current), Ok(current), "current {pattern} {path}");
    }
}

#[test]
fn the_last_pattern_that_matches_decides() {
    for dialect in [Dialect::Docker20_10, Dialect::Current] {
        assert_eq!(matches(&["docs", "!docs/README.md"], "docs/README.md", dialect), Ok(false));
        assert_eq!(matches(&["docs", "!docs/README.md"], "docs/x", dialect), Ok(true));
        assert_eq!(matches(&["!a", "a"], "a", dialect), Ok(true));
        assert_eq!(matches(&["*"], ".", dialect), Ok(false));
        assert_eq!(matches(&[" ", ""], "a", dialect), Ok(false));
        assert_eq!(matches(&["!"], "a", dialect), Err("illegal exclusion pattern: \"!\"".to_owned()));
        assert_eq!(matches(&["["], "a", dialect), Err("syntax error in pattern".to_owned()));
        assert_eq!(matches(&["\\q"], "a", dialect), Err("syntax error in pattern".to_owned()));
    }
}

#[test]
fn a_walk_enters_left_out_folders_that_hold_exceptions() {
    let patterns = ["node".to_owned(), "!node/keep/x".to_owned()];
    let matcher = PatternMatcher::new(&patterns).unwrap();
    let visit = |path: &str, is_dir| matcher.visit(path, is_dir).unwrap();
    assert_eq!(visit("src", true), Visit::Take);
    assert_eq!(visit("node", true), Visit::Leave);
    assert_eq!(visit("node/keep", true), Visit::Leave);
    assert_eq!(visit("node/other", true), Visit::LeaveTree);
    assert_eq!(visit("node/keep/x", false), Visit::Take);
    assert_eq!(visit("node/keep/y", false), Visit::LeaveTree);
}

#[test]
fn reading_cleans_and_keeps_the_order() {
    let text = "\u{feff}# no\n a/../b \r\n\n/c/\n! /d//e\n!\n";
    assert_eq!(read(text), ["b", "c", "!d/e", "!"]);
}

#[test]
fn clean_paths() {
    for (path, clean) in [
        ("", "."),
        ("a//b/./c/..", "a/b"),
        ("/../a", "/a"),
        ("../../a/..", "../.."),
        ("/", "/"),
        ("a/..", "."),
    ] {
        assert_eq!(filepath_clean(path), clean);
    }
}

#[test]
fn go_match() {
    for (pattern, name, expected) in [
        ("a*b?c*x", "abxbbxdbxebxczzx", Ok(true)),
        ("a*b?c*x", "abxbbxdbxebxczzy", Ok(false)),
        ("*", "a/b", Ok(false)),
        ("a[^x]b", "a/b", Ok(true)),
        ("[\\]a]", "]", Ok(true)),
        ("x[", "y", Err(())),
        ("[a-]", "a", Err(())),
        ("\\", "a", Err(())),
    ] {
        assert_eq!(filepath_match(pattern, name).map_err(|_| ()), expected, "{pattern} {name}");
    }
}

proptest! {
    #[test]
    fn matching_is_total(pattern in "[a-c*?!/\\[\\]\\\\^+(){}|.&~:-]{0,12}", path in "[a-c*/.]{0,8}") {
        for dialect in [Dialect::Docker20_10, Dialect::Current] {
            let _ = matches(&[&pattern], &path, dialect);
        }
        let _ = filepath_match(&pattern, &path);
    }
}
