//! Indexes that no builder of packages would write: apk's words for them, and an end within limits.

use std::fmt::Write;

use apk::{
    Engine,
    index::{self, FormatError},
    installed::{self, FileOrder},
    rehearsal::{Rehearsal, Shelf},
};

/// A stanza with what follows its name and version.
fn stanza(name: &str, rest: &str) -> String {
    let checksum = apk::Checksum::of(format!("{name}{rest}"));
    format!("C:{checksum}\nP:{name}\nV:1\nS:1\nI:1\n{rest}\n\n")
}

/// What `apk add a` prints where a repository has these stanzas.
fn add(stanzas: &str, engine: Engine) -> String {
    let shelves = vec![Shelf::Repository(None, stanzas.as_bytes())];
    let stage = Rehearsal { timestamp: "20260101.000000", engine, shelves, ..Rehearsal::default() };
    stage.run(&["add", "a"]).unwrap_or_else(|error| error.to_string())
}

#[test]
fn circles_end() {
    let needs = stanza("a", "D:b") + &stanza("b", "D:c") + &stanza("c", "D:a b");
    let rules = stanza("a", "i:b") + &stanza("b", "i:a c") + &stanza("c", "i:a b");
    let provided = stanza("a", "D:v\np:w=1") + &stanza("b", "D:w\np:v=1");
    let itself = stanza("a", "D:a !a\np:a=2\ni:a");
    for engine in Engine::ALL {
        let circle = "(1/3) Installing c (1)\n(2/3) Installing b (1)\n(3/3) Installing a (1)\n";
        assert!(add(&needs, engine).starts_with(circle), "{engine:?}: {}", add(&needs, engine));
        assert!(add(&rules, engine).contains("Installing a (1)"), "{engine:?}: {}", add(&rules, engine));
        let both = "(1/2) Installing b (1)\n(2/2) Installing a (1)\n";
        assert!(add(&provided, engine).starts_with(both), "{engine:?}: {}", add(&provided, engine));
        assert!(!add(&itself, engine).is_empty(), "{engine:?}");
    }
}

#[test]
fn contradictions_are_reported() {
    let text = stanza("a", "D:b !b c>2") + &stanza("b", "") + &stanza("c", "");
    let expected = "\
ERROR: unable to select packages:
  b-1:
    breaks: a-1[!b]
    satisfies: a-1[b]
  c-1:
    breaks: a-1[c>2]
";
    assert_eq!(add(&text, Engine::V2_14_4), expected);
}

/// A chain of so many packages, each of which needs the next one.
fn chain(length: usize) -> String {
    let mut text = stanza("a", "D:p1");
    for number in 1..length {
        text += &stanza(&format!("p{number}"), &format!("D:p{}", number + 1));
    }
    text + &stanza(&format!("p{length}"), "")
}

#[test]
#[cfg_attr(target_family = "wasm", ignore = "there are no threads")]
fn chains_are_followed_as_far_as_the_limit() {
    // A thread of a test has less room than the program.
    let play = |length| {
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        let answer = thread.spawn(move || add(&chain(length), Engine::V2_14_4)).expect("a thread");
        answer.join().expect("it ends")
    };
    let long = play(3_000);
    assert_eq!(long.lines().next(), Some("(1/3001) Installing p3000 (1)"));
    assert_eq!(play(10_000), "ERROR: dependencies are nested too deeply\n");
}

#[test]
fn a_dependency_on_nothing_is_not_kept() {
    let text = "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:a\nV:1\nS:1\nI:1\nD:@x b\nr:@x\n\n";
    let packages = installed::parse(text.as_bytes()).expect("a database");
    let kept = "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:a\nV:1\nS:1\nI:1\nU:\nL:\nD:b\n\n";
    assert_eq!(installed::write(&packages, FileOrder::AsPackaged).to_string(), kept);
}

#[test]
fn what_is_too_large_is_refused() {
    let mut text = String::new();
    for number in 0..=index::MAX_PACKAGES {
        write!(text, "P:p{number}\nV:1\n\n").expect("a string takes all");
    }
    assert_eq!(index::parse(text.as_bytes()), Err(FormatError::TooMany));
}

#[test]
fn what_is_cut_off_is_an_error_or_less() {
    let text = stanza("a", "D:b>=1 !c\np:so:a.so.1=1 cmd:a=1\nk:10\nt:1700000000") + &stanza("b", "i:a");
    for length in 0..text.len() {
        match index::parse(&text.as_bytes()[..length]) {
            Ok(packages) => assert!(packages.len() <= 2, "{length}"),
            Err(FormatError::Field { line, .. } | FormatError::Unnamed { line }) => {
                assert!(line <= text[..length].lines().count() + 1, "{length}: {line}");
            }
            Err(FormatError::TooMany) => panic!("{length}: two are not too many"),
        }
    }
}
