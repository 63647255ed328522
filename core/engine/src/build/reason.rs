//! Why the cache had nothing: one sentence about the nearest thing that it did have.

use api::KeyPart;
use digest::Digest;

use crate::Engine;

/// Explains a miss on `parent`. `key` has the parts `parent`, `instruction`, then `arg:NAME` and `file:PATH`.
pub(crate) fn of_miss(engine: &Engine, parent: Option<Digest>, key: &[KeyPart]) -> String {
    let siblings = engine
        .facts
        .iter()
        .filter(|(image, _)| engine.images.get(*image).is_some_and(|image| image.parent == parent));
    let nearest = siblings.map(|(_, facts)| facts).max_by_key(|facts| likeness(facts, key));
    match nearest.map(|facts| (likeness(facts, key).1, difference(facts, key))) {
        Some((true, Some(sentence))) => return sentence,
        Some((true, None)) => {
            return "an equal step exists, but it belongs to none of the --cache-from images".to_owned();
        }
        _ => {}
    }
    let same_step = |facts: &[KeyPart]| likeness(facts, key).0 && !facts.is_empty();
    let elsewhere =
        engine.facts.iter().find(|(image, facts)| same_step(facts) && engine.images.contains_key(*image));
    match elsewhere {
        Some((_, facts)) => {
            format!(
                "this instruction was built before, but on {}: what it builds on has changed",
                value(facts, "parent")
            )
        }
        None => "no earlier build ran an instruction like this one here".to_owned(),
    }
}

/// How alike two keys are: the same instruction, the same word, then the number of equal parts.
fn likeness(facts: &[KeyPart], key: &[KeyPart]) -> (bool, bool, usize) {
    let (old, new) = (value(facts, "instruction"), value(key, "instruction"));
    let word = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    let equal = key.iter().filter(|part| facts.contains(part)).count();
    (old == new, word(old) == word(new), equal)
}

fn value<'a>(parts: &'a [KeyPart], name: &str) -> &'a str {
    parts.iter().find(|part| part.name == name).map_or("", |part| &part.value)
}

/// The first part of `key` that is not as in `facts`.
fn difference(facts: &[KeyPart], key: &[KeyPart]) -> Option<String> {
    let find = |parts: &[KeyPart], name: &str| parts.iter().find(|part| part.name == name).cloned();
    for part in key {
        match find(facts, &part.name) {
            Some(old) if old.value == part.value => {}
            Some(old) => return Some(changed(&part.name, &old.value, &part.value)),
            None => return Some(appeared(&part.name)),
        }
    }
    facts.iter().find(|old| find(key, &old.name).is_none()).map(|old| vanished(&old.name))
}

fn changed(name: &str, old: &str, new: &str) -> String {
    match name.split_once(':') {
        Some(("file", path)) => format!("{path} has changed (content, mode or owner)"),
        Some(("arg", arg)) => format!("the build argument {arg} was \"{old}\" and is \"{new}\" now"),
        _ => format!("the {name} was \"{old}\" and is \"{new}\" now"),
    }
}

fn appeared(name: &str) -> String {
    match name.split_once(':') {
        Some(("file", path)) => format!("{path} is new among the copied files"),
        Some(("arg", arg)) => format!("the build argument {arg} was not set before"),
        _ => format!("the {name} is new"),
    }
}

fn vanished(name: &str) -> String {
    match name.split_once(':') {
        Some(("file", path)) => format!("{path} is no longer among the copied files"),
        Some(("arg", arg)) => format!("the build argument {arg} is no longer set"),
        _ => format!("the {name} is gone"),
    }
}
