//! What can be said of a lesson without running it.

use std::collections::BTreeSet;

use crate::LessonFolder;
use crate::format::Lesson;
use crate::locale::{keys, strings};
use crate::prose::{Part, Piece, prose};

/// What is wrong with a lesson, sentences.
pub fn lint(folder: &LessonFolder) -> Vec<String> {
    let lesson = &folder.lesson;
    let mut problems = Vec::new();
    if !lesson
        .id
        .split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
    {
        problems.push(format!("id {:?}: expected lower-case words joined by dashes", lesson.id));
    }
    if lesson.minutes == 0 || lesson.minutes > 60 {
        problems.push(format!("minutes: {} is no length of a lesson; expected 1 to 60", lesson.minutes));
    }
    let caught: BTreeSet<&String> = lesson.mutants.iter().flat_map(|mutant| &mutant.fails).collect();
    for check in lesson.checks().filter(|check| !caught.contains(&check.id)) {
        problems.push(format!("check {}: no mutant fails it", check.id));
    }
    for check in lesson.checks().filter(|check| check.hint.is_empty()) {
        problems.push(format!("check {}: it has no hint", check.id));
    }
    if folder.text("content.en.md").is_none() {
        problems.push("there is no content.en.md".to_owned());
    }
    for locale in folder.locales() {
        language(folder, locale, &mut problems);
    }
    problems
}

fn language(folder: &LessonFolder, locale: &str, problems: &mut Vec<String>) {
    match prose(folder, locale) {
        Ok(parts) => {
            let file = format!("content.{locale}.md");
            shown(&folder.lesson, &parts, &file, problems);
        }
        Err(problem) => problems.push(problem),
    }
    if locale == "en" {
        return;
    }
    match strings(folder, locale) {
        Ok(strings) => {
            let wanted = keys(&folder.lesson);
            let there: BTreeSet<&str> = strings.keys().map(String::as_str).collect();
            let missing = wanted.iter().filter(|key| !there.contains(key.as_str()));
            problems.extend(missing.map(|key| format!("strings.{locale}.yaml: {key:?} is missing")));
            let extra = there.iter().filter(|key| !wanted.contains(**key));
            problems.extend(extra.map(|key| format!("strings.{locale}.yaml: nothing has the key {key:?}")));
        }
        Err(problem) => problems.push(problem),
    }
}

/// Every command is shown, every step has its part, and what looks like a command or a transcript is one.
fn shown(lesson: &Lesson, parts: &[Part], file: &str, problems: &mut Vec<String>) {
    for step in &lesson.steps {
        let part = parts.iter().find(|part| part.step.as_ref() == Some(&step.id));
        let Some(part) = part else {
            problems.push(format!("{file}: step {} has no part", step.id));
            continue;
        };
        for command in &step.commands {
            let is_shown = part
                .pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Command { id, .. } if *id == command.id));
            if !is_shown {
                problems.push(format!("{file}: command {} is not shown in the part of its step", command.id));
            }
        }
    }
    let commands: Vec<&str> =
        lesson.steps.iter().flat_map(|step| &step.commands).map(|command| command.run.as_str()).collect();
    for piece in parts.iter().flat_map(|part| &part.pieces) {
        let Piece::Text { markdown } = piece else { continue };
        for line in markdown.lines() {
            if line.trim_start().starts_with("$ ") {
                problems.push(format!("{file}: {line:?} is a transcript by hand; use run and output"));
            }
            let spans = line.split('`').skip(1).step_by(2).filter(|span| span.starts_with("docker "));
            for span in spans.filter(|span| !is_known(span, &commands)) {
                problems.push(format!("{file}: `{span}` is no command that the lesson runs"));
            }
        }
    }
}

/// A command's name, or the words of one that runs.
fn is_known(span: &str, commands: &[&str]) -> bool {
    let words: Vec<&str> = span.split_whitespace().collect();
    words.len() == 2 || commands.iter().any(|command| command.contains(span))
}
