//! Fixtures of the build checks: `tests/lint/*.txt`.

use dockerfile::GitRef;
use dockerfile::lint::{BaseImage, Options, Platform, RULES, Scope, check};
use pattern::ignore::PatternMatcher;
use proptest::prelude::*;

fn linux(architecture: &str) -> Platform {
    Platform { os: "linux".to_owned(), architecture: architecture.to_owned(), variant: String::new() }
}

fn parse_platform(text: &str) -> Result<Platform, String> {
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["linux", architecture] => Ok(linux(architecture)),
        _ => Err(format!("{text:?}: unknown")),
    }
}

/// `.dockerignore` of every fixture is `ignored`; build arguments and target come from `#:` lines.
fn findings(text: &str, scope: Scope) -> String {
    let setting = |name: &str| {
        let own = format!("#: {name} ");
        text.lines().filter_map(|line| line.strip_prefix(&own).map(str::to_owned)).collect::<Vec<_>>()
    };
    let build_args = setting("arg")
        .iter()
        .filter_map(|arg| arg.split_once('='))
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .collect::<Vec<_>>();
    let target = setting("target").pop().unwrap_or_default();
    let body: String =
        text.lines().filter(|line| !line.starts_with("#:")).map(|line| format!("{line}\n")).collect();
    let ignore = PatternMatcher::new(&["ignored".to_owned()]).expect("the pattern is valid");
    let report = check(
        &body,
        &Options {
            build_args: &build_args,
            target: &target,
            scope,
            ignore: Some(&ignore),
            build_platform: linux("amd64"),
            target_platform: linux("amd64"),
            is_reference: &|name| !name.is_empty() && !name.ends_with(':'),
            parse_platform: &parse_platform,
            base: &|name| {
                Some(BaseImage {
                    env: vec![("PATH".to_owned(), "/bin".to_owned())],
                    has_shell: name == "shelled",
                    onbuild: if name == "triggers" { vec!["CMD x".to_owned()] } else { Vec::new() },
                    platform: linux("amd64"),
                })
            },
        },
    );
    let mut lines: Vec<String> = report.warnings.iter().map(ToString::to_string).collect();
    lines.extend(report.error.map(|error| format!("error: {error}")));
    lines.join("\n")
}

#[test]
fn every_fixture_gives_its_findings() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint");
    let mut told = std::collections::BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for case in text.split("=== ").skip(1) {
            let (name, rest) = case.split_once('\n').unwrap();
            let mut parts = rest.split("---\n");
            let input = parts.next().unwrap();
            let expected = parts.next().unwrap().trim_end();
            assert_eq!(findings(input, Scope::Target), expected, "{name}");
            if let Some(all) = parts.next() {
                assert_eq!(findings(input, Scope::All), all.trim_end(), "{name}, all stages");
            }
            told.extend(
                RULES.iter().map(|rule| rule.name).filter(|rule| expected.contains(&format!("{rule}:"))),
            );
        }
    }
    assert_eq!(told.len(), RULES.len(), "each rule has a fixture: {told:?}");
}

proptest! {
    #[test]
    fn the_checks_are_total(pieces in prop::collection::vec(prop_oneof![
        Just("FROM a AS b\n".to_owned()),
        Just("FROM b\n".to_owned()),
        Just("ARG x=${y:-$z\n".to_owned()),
        Just("COPY --from=1 $x /\n".to_owned()),
        Just("ONBUILD COPY --from=b a b\n".to_owned()),
        Just("RUN --mount=from=b,x=$( a\n".to_owned()),
        Just("EXPOSE $x:1-2\n".to_owned()),
        Just("# check=skip=all;error=1\n".to_owned()),
        any::<String>(),
    ], 0..10)) {
        let text = pieces.concat();
        let report = findings(&text, Scope::All);
        prop_assert!(text.contains("FROM") || report.contains("error: "), "{report}");
    }
}

#[test]
fn git_references() {
    let parse = |text: &str| GitRef::parse(text).map_err(|error| error.to_string());
    let git = parse("https://host/a/b.git?tag=v1&subdir=x%2Fy&keep-git-dir").unwrap().unwrap();
    let parts = (git.remote.as_str(), git.short_name.as_str(), git.reference.as_str(), git.subdir.as_str());
    assert_eq!(parts, ("https://host/a/b.git", "b", "refs/tags/v1", "x/y"));
    assert_eq!((git.keep_git_dir, git.unencrypted), (Some(true), false));
    assert_eq!(parse("./x.git"), Ok(None));
    assert_eq!(parse("ftp://host/x.git"), Ok(None));
    assert_eq!(parse("a/b:c"), Ok(None));
    assert_eq!(parse("git@h:x?ref=a#b"), Err("ref conflicts: \"b\" vs \"a\"".to_owned()));
    assert_eq!(parse("git@h:x?ref=a&ref=b"), Err("query \"ref\" has multiple values".to_owned()));
}
