//! Why the cache had nothing: one sentence about the nearest thing that it did have.

use std::collections::BTreeMap;

use api::KeyPart;
use digest::Digest;

use crate::Engine;

/// Explains a miss of BuildKit's cache by what the keys of its results were made of.
pub(crate) fn of_vertex(facts: &im::OrdMap<Digest, Vec<KeyPart>>, key: &[KeyPart]) -> String {
    let sought = Sought::new(key);
    let on_parent = |facts: &&Vec<KeyPart>| value(facts, "parent") == value(key, "parent");
    let nearest = facts.values().filter(on_parent).max_by_key(|facts| sought.likeness(facts));
    if let Some(facts) = nearest.filter(|facts| sought.likeness(facts).1)
        && let Some(sentence) = sought.difference(facts)
    {
        return sentence;
    }
    sought.elsewhere(facts.values())
}

/// Explains a miss on `parent`. `key` has the parts `parent`, `instruction`, then `arg:NAME` and `file:PATH`.
pub(crate) fn of_miss(engine: &Engine, parent: Option<Digest>, key: &[KeyPart]) -> String {
    let sought = Sought::new(key);
    let siblings = engine
        .facts
        .iter()
        .filter(|(image, _)| engine.images.get(*image).is_some_and(|image| image.parent == parent));
    let nearest = siblings.map(|(_, facts)| facts).max_by_key(|facts| sought.likeness(facts));
    match nearest.map(|facts| (sought.likeness(facts).1, sought.difference(facts))) {
        Some((true, Some(sentence))) => return sentence,
        Some((true, None)) => {
            return "an equal step exists, but it belongs to none of the --cache-from images".to_owned();
        }
        _ => {}
    }
    let kept = engine.facts.iter().filter(|(image, _)| engine.images.contains_key(*image));
    sought.elsewhere(kept.map(|(_, facts)| facts))
}

/// A key that is compared with many.
struct Sought<'k> {
    key: &'k [KeyPart],
    values: BTreeMap<&'k str, &'k str>,
}

impl<'k> Sought<'k> {
    fn new(key: &'k [KeyPart]) -> Self {
        Sought { key, values: by_name(key) }
    }

    /// How alike two keys are: the same instruction, the same word, then the number of equal parts.
    fn likeness(&self, facts: &[KeyPart]) -> (bool, bool, usize) {
        let (old, new) = (value(facts, "instruction"), value(self.key, "instruction"));
        let word = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
        let is_equal = |part: &&KeyPart| self.values.get(part.name.as_str()) == Some(&part.value.as_str());
        (old == new, word(old) == word(new), facts.iter().filter(is_equal).count())
    }

    /// The first part that is not as in `facts`.
    fn difference(&self, facts: &[KeyPart]) -> Option<String> {
        let old = by_name(facts);
        for part in self.key {
            match old.get(part.name.as_str()) {
                Some(value) if *value == part.value => {}
                Some(value) => return Some(changed(&part.name, value, &part.value)),
                None => return Some(appeared(&part.name)),
            }
        }
        let gone = facts.iter().find(|part| !self.values.contains_key(part.name.as_str()));
        gone.map(|part| vanished(&part.name))
    }

    /// The same instruction on something else, or none.
    fn elsewhere<'f>(&self, mut all: impl Iterator<Item = &'f Vec<KeyPart>>) -> String {
        let instruction = value(self.key, "instruction");
        match all.find(|facts| value(facts, "instruction") == instruction && !facts.is_empty()) {
            Some(facts) => {
                let parent = value(facts, "parent");
                format!("this instruction was built before, but on {parent}: what it builds on has changed")
            }
            None => "no earlier build ran an instruction like this one here".to_owned(),
        }
    }
}

fn by_name(parts: &[KeyPart]) -> BTreeMap<&str, &str> {
    parts.iter().map(|part| (part.name.as_str(), part.value.as_str())).collect()
}

fn value<'a>(parts: &'a [KeyPart], name: &str) -> &'a str {
    parts.iter().find(|part| part.name == name).map_or("", |part| &part.value)
}

fn changed(name: &str, old: &str, new: &str) -> String {
    match name.split_once(':') {
        Some(("file", path)) => format!("{path} has changed (content, mode or owner)"),
        Some(("env", name)) => format!("the variable {name} was \"{old}\" and is \"{new}\" now"),
        Some(("mount", _)) => "what is mounted has changed".to_owned(),
        Some(("arg", arg)) => format!("the build argument {arg} was \"{old}\" and is \"{new}\" now"),
        _ => format!("the {name} was \"{old}\" and is \"{new}\" now"),
    }
}

fn appeared(name: &str) -> String {
    match name.split_once(':') {
        Some(("file", path)) => format!("{path} is new among the copied files"),
        Some(("env", name)) => format!("the variable {name} was not set before"),
        Some(("arg", arg)) => format!("the build argument {arg} was not set before"),
        _ => format!("the {name} is new"),
    }
}

fn vanished(name: &str) -> String {
    match name.split_once(':') {
        Some(("file", path)) => format!("{path} is no longer among the copied files"),
        Some(("env", name)) => format!("the variable {name} is no longer set"),
        Some(("arg", arg)) => format!("the build argument {arg} is no longer set"),
        _ => format!("the {name} is gone"),
    }
}
