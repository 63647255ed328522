use std::fmt::Write;

use super::*;
use crate::BUILTIN;

/// A lesson without a mistake, which every row breaks in one way.
const YAML: &str = include_str!("tests/lesson.yaml");

#[test]
fn every_builtin_lesson_reads() {
    for lesson in BUILTIN {
        let opened = lesson.open().map(|folder| folder.lesson.id);
        assert_eq!(opened, Ok(lesson.id.to_owned()));
    }
}

/// Each row breaks the lesson in one way; the answers are the snapshot.
#[test]
fn a_broken_lesson_names_line_column_and_what_was_expected() {
    let rows = [
        ("minutes: 10", "minutes: ten"),
        ("minutes: 10", "minuets: 10"),
        ("points: 2", "points: [2]"),
        ("tags: [build, layers]", "tags: [build"),
        ("image.argv == [\"redis-server\"]", "image.argv == \"redis-server\""),
        ("image.argv == [\"redis-server\"]", "image.arg == []"),
        ("image.argv == [\"redis-server\"]", "image.argv"),
        ("image.argv == [\"redis-server\"]", "image.argv = []"),
        ("id: program", "id: package"),
        ("fails: [package, program]", "fails: [packet]"),
        ("format: 1", "format: 2"),
    ];
    let mut answers = String::new();
    for (find, with) in rows {
        let yaml = YAML.replacen(find, with, 1);
        assert_ne!(yaml, YAML, "{find} is there");
        let answer = Lesson::parse(&yaml).map(|lesson| lesson.id).unwrap_or_else(|error| error.to_string());
        let _ = writeln!(answers, "--- {with}\n{answer}\n");
    }
    insta::assert_snapshot!(answers);
}

#[test]
fn a_hostile_lesson_is_refused_within_limits() {
    let aliases = "*a, ".repeat(15_000);
    let bomb = YAML.replace("[build, layers]", &format!("[&a \"{}\", {aliases}]", "x".repeat(100_000)));
    let deep = YAML.replace("[build, layers]", &format!("{}{}", "[".repeat(5_000), "]".repeat(5_000)));
    let blocks: String = (0..200).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let wide = YAML.replace("[build, layers]", &format!("[{}]", "a, ".repeat(60_000)));
    let expression = YAML.replace("image.argv ==", &format!("{}image.argv ==", "not ".repeat(500)));
    let mut answers = String::new();
    for (name, yaml) in [
        ("10 MB", "a".repeat(10 << 20)),
        ("alias bomb", bomb),
        ("deep lists", deep),
        ("deep maps", blocks),
        ("many values", wide),
        ("deep expression", expression),
    ] {
        let answer = Lesson::parse(&yaml).map(|lesson| lesson.id).unwrap_or_else(|error| error.to_string());
        let first: String = answer.lines().next().unwrap_or_default().chars().take(200).collect();
        let _ = writeln!(answers, "{name}: {first}");
    }
    insta::assert_snapshot!(answers);
}

proptest::proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,400}", at in 0usize..2_000) {
        let _ = Lesson::parse(&text);
        let yaml = YAML;
        let at = (0..=at.min(yaml.len())).rev().find(|&at| yaml.is_char_boundary(at)).unwrap_or(0);
        let _ = Lesson::parse(&format!("{}{text}{}", &yaml[..at], &yaml[at..]));
    }
}
