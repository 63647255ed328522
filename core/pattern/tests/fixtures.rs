//! Patterns against the answers of the real thing.
use pattern::{FnmatchFlags, Regex, RegexOptions, fnmatch, glob_has_magic};

/// The text with the match and its groups in brackets, as `sed 's/../[&][\1]../'` prints it.
fn answer(flags: &str, pattern: &str, text: &str) -> String {
    let options = RegexOptions { extended: flags.contains('E'), icase: flags.contains('i'), newline: false };
    let regex = match Regex::new(pattern.as_bytes(), options) {
        Err(error) => return format!("error {error}"),
        Ok(regex) => regex,
    };
    let found = regex.find(text.as_bytes(), 0, false);
    assert_eq!(regex.is_match(text.as_bytes(), 0, false), found.is_some(), "{pattern} {text}");
    let Some(found) = found else { return "none".into() };
    let mut out = format!("{}[{}]", &text[..found.start()], &text[found.start()..found.end()]);
    for group in 1..=regex.groups().min(9) {
        out += &found.get(group).map_or("[]".into(), |(s, e)| format!("[{}]", &text[s..e]));
    }
    out + &text[found.end()..]
}

#[test]
fn regex_table() {
    let table = include_str!("regex.tsv");
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [flags, pattern, text, expected] = fields[..] else { panic!("bad line {line:?}") };
        let got = answer(flags, pattern, text);
        if got != expected {
            wrong.push(format!("{line} != {got}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn fnmatch_table() {
    let mut lines = include_str!("fnmatch.tsv").lines().filter(|line| !line.starts_with('#'));
    let texts: Vec<&str> = lines.next().unwrap().split('\t').skip(1).collect();
    let mut wrong = Vec::new();
    for line in lines {
        let (pattern, expected) = line.split_once('\t').unwrap();
        let got: Vec<&str> = texts
            .iter()
            .copied()
            .filter(|text| fnmatch(pattern.as_bytes(), text.as_bytes(), FnmatchFlags::default()))
            .collect();
        if got.join("\t") != expected {
            wrong.push(format!("{line} != {got:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn fnmatch_flags() {
    let path = FnmatchFlags { pathname: true, ..FnmatchFlags::default() };
    let dots = FnmatchFlags { pathname: true, period: true, ..FnmatchFlags::default() };
    let plain = FnmatchFlags { noescape: true, ..FnmatchFlags::default() };
    let fold = FnmatchFlags { casefold: true, ..FnmatchFlags::default() };
    for (pattern, text, flags, expected) in [
        ("*", "a/b", path, false),
        ("*/*", "a/b", path, true),
        ("a[/]b", "a/b", path, false),
        ("a?b", "a/b", path, false),
        ("*", ".a", dots, false),
        (".*", ".a", dots, true),
        ("*/*", "a/.b", dots, false),
        ("a/.*", "a/.b", dots, true),
        ("[.]a", ".a", dots, false),
        ("\\a", "\\a", plain, true),
        ("\\a", "a", plain, false),
        ("ABC", "abc", fold, true),
        ("[A-C]", "b", fold, true),
        ("É", "é", fold, true),
    ] {
        assert_eq!(
            fnmatch(pattern.as_bytes(), text.as_bytes(), flags),
            expected,
            "{pattern} {text} {flags:?}"
        );
    }
}

#[test]
fn magic_is_unquoted() {
    assert!(glob_has_magic(b"a*") && glob_has_magic(b"?") && glob_has_magic(b"[a"));
    assert!(!glob_has_magic(b"a\\*") && !glob_has_magic(b"plain]"));
    assert!(glob_has_magic(b"\\\\*"));
}
