//! A lesson in another language: `strings.LOCALE.yaml` has the texts of `lesson.yaml`, by key.

use std::collections::{BTreeMap, BTreeSet};

use crate::LessonFolder;
use crate::format::{Lesson, read_yaml};

/// The texts of a language, by key; none for English, whose texts are in `lesson.yaml`.
pub(crate) fn strings(folder: &LessonFolder, locale: &str) -> Result<BTreeMap<String, String>, String> {
    let name = format!("strings.{locale}.yaml");
    let Some(text) = folder.text(&name) else { return Err(format!("there is no {name}")) };
    read_yaml(text, &name).map_err(|error| error.to_string())
}

/// The keys that a language needs.
pub(crate) fn keys(lesson: &Lesson) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut copy = lesson.clone();
    each(&mut copy, &mut |key, _| {
        keys.insert(key);
    });
    keys
}

/// The lesson in a language; what that does not have stays as it is.
///
/// # Errors
/// A sentence: there is no such language, or its file cannot be read.
pub fn localized(folder: &LessonFolder, locale: &str) -> Result<Lesson, String> {
    let mut lesson = folder.lesson.clone();
    if locale != "en" {
        let strings = strings(folder, locale)?;
        each(&mut lesson, &mut |key, text| {
            if let Some(found) = strings.get(&key) {
                text.clone_from(found);
            }
        });
    }
    Ok(lesson)
}

/// Visits every text that a learner reads.
fn each(lesson: &mut Lesson, visit: &mut dyn FnMut(String, &mut String)) {
    visit("title".to_owned(), &mut lesson.title);
    visit("insight".to_owned(), &mut lesson.insight);
    for step in &mut lesson.steps {
        for check in &mut step.checks {
            visit(format!("check.{}", check.id), &mut check.message);
            visit(format!("check.{}.hint", check.id), &mut check.hint);
        }
        for predict in &mut step.predict {
            visit(format!("ask.{}", predict.id), &mut predict.ask);
            visit(format!("ask.{}.explain", predict.id), &mut predict.explain);
        }
    }
    for (number, hint) in (1..).zip(&mut lesson.hints) {
        for (level, text) in (1..).zip(&mut hint.levels) {
            visit(format!("hint.{number}.{level}"), text);
        }
    }
    for (number, denied) in (1..).zip(&mut lesson.ui.deny) {
        visit(format!("deny.{number}"), &mut denied.message);
    }
}
