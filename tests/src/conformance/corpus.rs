//! Dockerfiles of the builders' own integration tests (`conformance/dockerfile/*-corpus.json`), each built with its files. A
//! test agrees if its builds succeed and fail as it says, or, where the data do not tell, if they succeed or print what its
//! assertions look for. Left out is what needs things that are not in the data: see `missing`.

use std::{
    collections::BTreeSet,
    fs, io,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
    sync::Mutex,
    thread,
};

use serde_json::Value;

use super::corpus_settings::{SETTINGS, UNPLAYABLE};
use super::docker::{WORKERS, chosen, prepare_wrapper};
use super::{SuiteReport, items, strings, table};
use crate::differential::Replay;

/// One build of a test.
struct Build {
    dockerfile: String,
    flags: Vec<String>,
    files: Vec<(String, String)>,
    succeeds: Option<bool>,
    /// Names that later builds of the test use.
    tag: String,
}

/// A test with all its builds.
struct Test {
    name: String,
    builds: Vec<Build>,
    /// Text that its assertions look for.
    expected: Vec<String>,
}

/// The tests of the classic builder of 20.10.24.
pub fn classic(data: &Path) -> SuiteReport {
    let environment = &[("DOCKER_BUILDKIT", "0")];
    run("moby classic corpus", environment, classic_tests(&table(data, "moby-classic-corpus.json")))
}

/// The tests of BuildKit's Dockerfile frontend.
pub fn buildkit(data: &Path) -> SuiteReport {
    let environment = &[("GLASSHULL_DOCKER_VERSION", "29")];
    run("buildkit corpus", environment, buildkit_tests(&table(data, "buildkit-corpus.json")))
}

fn classic_tests(table: &Value) -> Vec<Test> {
    let known = |requirement: &String| !["Windows", "Network"].iter().any(|word| requirement.contains(word));
    let cases = items(&table["cases"]).filter(|case| strings(&case["requires"]).iter().all(known));
    cases.map(classic_test).filter(|test| !test.builds.is_empty()).collect()
}

fn classic_test(case: &Value) -> Test {
    let mut builds: Vec<Build> = items(&case["builds"]).map(build).collect();
    // A test builds the image that its next Dockerfile stands on, under a name that the data do not have.
    for at in 1..builds.len() {
        let base = builds[at].dockerfile.lines().find_map(|line| line.trim().strip_prefix("FROM "));
        let base = base
            .and_then(|base| base.split_whitespace().next())
            .filter(|base| !["busybox", "scratch"].contains(base));
        builds[at - 1].tag = base.unwrap_or("t").to_owned();
    }
    Test { name: text(case, "test"), builds, expected: strings(&case["expect_strings"]) }
}

fn build(build: &Value) -> Build {
    Build {
        dockerfile: text(build, "dockerfile"),
        flags: items(&build["flags"]).next().map(strings).unwrap_or_default(),
        files: files(&build["files"]),
        succeeds: build["succeeds"].as_bool(),
        tag: "t".to_owned(),
    }
}

fn buildkit_tests(table: &Value) -> Vec<Test> {
    let test = |case: &Value| {
        let files = files(&case["files"]);
        let build = |dockerfile: String| Build {
            dockerfile,
            flags: Vec::new(),
            files: files.clone(),
            succeeds: None,
            tag: "t".to_owned(),
        };
        let builds = strings(&case["dockerfiles"]).into_iter().map(build).collect();
        Test { name: text(case, "test"), builds, expected: strings(&case["expect_strings"]) }
    };
    items(&table["cases"]).map(test).filter(|test| !test.builds.is_empty()).collect()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn files(value: &Value) -> Vec<(String, String)> {
    let files = value.as_object().into_iter().flatten();
    files.map(|(name, text)| (name.clone(), text.as_str().unwrap_or_default().to_owned())).collect()
}

/// What a test needs that the data do not have, or that nobody simulates: a registry, a network, other platforms, text that
/// the test's code puts in.
fn missing(test: &Test) -> Option<&'static str> {
    const WORDS: [(&str, &str); 14] = [
        ("mklink", "Windows"),
        ("%s", "text of the test's code"),
        ("%d", "text of the test's code"),
        ("http://", "a server"),
        ("https://", "a network"),
        ("git@", "git"),
        ("github.com", "git"),
        ("type=ssh", "an SSH agent"),
        ("nanoserver", "Windows"),
        ("hello-world", "a registry"),
        ("moby/testpull", "a registry"),
        ("--platform=", "other platforms"),
        ("--device", "devices"),
        ("--network=host", "entitlements"),
    ];
    if let Some((_, reason)) = UNPLAYABLE.iter().find(|(name, _)| *name == test.name) {
        return Some(reason);
    }
    let has = |word: &str| test.builds.iter().any(|build| build.dockerfile.contains(word));
    WORDS.iter().find(|(word, _)| has(word)).map(|(_, what)| *what)
}

fn run(name: &str, environment: &'static [(&str, &str)], tests: Vec<Test>) -> SuiteReport {
    let mut report = SuiteReport::new(name);
    let scratch = match tempfile::tempdir() {
        Ok(scratch) => scratch,
        Err(error) => {
            report.broken("setup", error);
            return report;
        }
    };
    let replay = match prepare(scratch.path(), environment) {
        Ok(replay) => replay,
        Err(error) => {
            report.broken("setup", error);
            return report;
        }
    };
    let chosen = chosen();
    let wanted =
        |test: &&Test| chosen.as_ref().is_none_or(|names: &BTreeSet<String>| names.contains(&test.name));
    let next = Mutex::new(tests.iter().filter(wanted).filter(|test| missing(test).is_none()));
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some(test) = next.lock().ok().and_then(|mut tests| tests.next()) else { return };
                    let result =
                        play(test, &replay).unwrap_or_else(|error| Verdict::Differs(error.to_string()));
                    if let Ok(mut results) = results.lock() {
                        results.push((test.name.clone(), result));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by(|one, other| one.0.cmp(&other.0));
    for (case, verdict) in results {
        match verdict {
            Verdict::Agrees => report.passed += 1,
            Verdict::Differs(difference) => report.failed.push((case, difference)),
            Verdict::Incomplete => {}
        }
    }
    report
}

/// A world with the images `alpine` and `busybox`, both that of the simulated hub: it has all programs and accounts.
fn prepare(scratch: &Path, environment: &'static [(&str, &str)]) -> io::Result<Replay> {
    let replay = prepare_wrapper(scratch, environment)?;
    for words in [["pull", "-q", "alpine"].as_slice(), &["tag", "alpine", "busybox"]] {
        let mut docker = Command::new(replay.bin.join("docker"));
        docker.args(words).env("GLASSHULL_HOME", &replay.home).stdout(Stdio::null());
        let status = docker.envs(environment.iter().copied()).status()?;
        if !status.success() {
            return Err(io::Error::other(format!("docker {words:?}: {status}")));
        }
    }
    Ok(replay)
}

/// What came of a test.
enum Verdict {
    Agrees,
    Differs(String),
    /// It copies files that its code makes and that are not in the data.
    Incomplete,
}

fn play(test: &Test, replay: &Replay) -> io::Result<Verdict> {
    let scratch = tempfile::tempdir()?;
    let home = scratch.path().join("home");
    crate::differential::copy_tree(&replay.home, &home)?;
    for build in &test.builds {
        let (succeeded, output) = one(&test.name, build, replay, &home, &scratch.path().join("context"))?;
        let lacks_files = !succeeded && needs_unknown_file(build, &output);
        let told = !succeeded && test.expected.iter().any(|text| text.len() > 3 && output.contains(text));
        let setting = SETTINGS.iter().find(|setting| setting.test == test.name);
        let agrees = match build.succeeds.or(setting.and_then(|setting| setting.succeeds)) {
            _ if output.contains("glasshull: ") => false,
            Some(expected) => expected == succeeded,
            None => succeeded || told,
        };
        if !agrees && lacks_files {
            return Ok(Verdict::Incomplete);
        }
        if !agrees {
            let said = build.succeeds;
            return Ok(Verdict::Differs(format!("{}\n-- expected {said:?}\n{output}", build.dockerfile)));
        }
    }
    Ok(Verdict::Agrees)
}

/// Whether a build failed at a file that is not in the data.
fn needs_unknown_file(build: &Build, output: &str) -> bool {
    let missing = [
        "not found in build context",
        "failed to calculate checksum of ref",
        "no such file or directory",
        "no source files were specified",
    ];
    let lines = output.lines().filter(|line| missing.iter().any(|text| line.contains(text)));
    let mut names =
        lines.flat_map(|line| line.split(['"', ' ', ':'])).map(|word| word.trim_start_matches('/'));
    let is_given =
        |word: &str| build.files.iter().any(|(name, _)| name.trim_start_matches('/').starts_with(word));
    let sources = build.dockerfile.split_whitespace();
    let sources: BTreeSet<&str> =
        sources.map(|word| word.trim_start_matches("./").trim_start_matches('/')).collect();
    build.files.is_empty()
        && !output.contains("glasshull: ")
        && names.clone().any(|word| sources.contains(word))
        || names.any(|word| !word.is_empty() && sources.contains(word) && !is_given(word))
}

fn one(
    test: &str,
    build: &Build,
    replay: &Replay,
    home: &Path,
    context: &Path,
) -> io::Result<(bool, String)> {
    if context.exists() {
        fs::remove_dir_all(context)?;
    }
    fs::create_dir_all(context)?;
    let setting = SETTINGS.iter().find(|setting| setting.test == test);
    let more = setting.into_iter().flat_map(|setting| setting.files);
    let more = more.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    for (name, text) in build.files.iter().cloned().chain(more) {
        let path = context.join(name.trim_start_matches('/'));
        if name.ends_with('/') {
            fs::create_dir_all(&path)?;
            continue;
        }
        fs::create_dir_all(path.parent().unwrap_or(context))?;
        fs::write(&path, &text)?;
        let mode = if text.starts_with("#!") { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
    }
    if !build.files.iter().any(|(name, _)| name == "Dockerfile") {
        fs::write(context.join("Dockerfile"), &build.dockerfile)?;
    }
    let given = setting.map_or(&[][..], |setting| setting.flags);
    let own = if given.is_empty() { build.flags.as_slice() } else { &[] };
    let flags = own.iter().map(String::as_str).chain(given.iter().copied());
    let output = Command::new("timeout")
        .arg("60")
        .arg(replay.bin.join("real/docker"))
        .args(["build", "-t", &build.tag])
        .args(flags)
        .arg(".")
        .current_dir(context)
        .env("PW", "pw")
        .env("GLASSHULL_HOME", home)
        .envs(replay.environment.iter().copied())
        .stdin(Stdio::null())
        .output()?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text += &String::from_utf8_lossy(&output.stderr);
    Ok((output.status.success(), text))
}
