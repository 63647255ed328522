//! `--name=value` before an instruction's arguments.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::{Case, Vintage, with_suggestion};

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FlagKind {
    /// `--name`, `--name=true`, `--name=false`.
    Bool,
    /// `--name=value`, once.
    Text,
    /// `--name=value`, any number of times.
    List,
}

/// The flags that were given.
#[derive(Debug, Default)]
pub(super) struct Flags {
    values: BTreeMap<&'static str, Vec<String>>,
    order: Vec<&'static str>,
}

impl Flags {
    pub(super) fn parse(
        given: &[Cow<'_, str>],
        known: &[(&'static str, FlagKind)],
        vintage: Vintage,
    ) -> Result<Self, String> {
        let mut flags = Self::default();
        for flag in given {
            let (word, value) = match flag.split_once('=') {
                Some((word, value)) => (word, Some(value)),
                None => (&**flag, None),
            };
            let name = word.strip_prefix("--").unwrap_or(word);
            let Some((name, kind)) = known.iter().find(|(known, _)| *known == name) else {
                return Err(unknown(name, known, vintage));
            };
            let values = flags.values.entry(name).or_default();
            if values.is_empty() {
                flags.order.push(name);
            } else if *kind != FlagKind::List {
                return Err(said(vintage, "Duplicate flag specified: ", name, ""));
            }
            values.push(checked(*kind, name, value, vintage)?);
        }
        Ok(flags)
    }

    /// The value of a text flag.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.values.get(name)?.last().cloned()
    }

    /// The value of a switch, if it was given.
    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        self.text(name).map(|value| value == "true")
    }

    /// All values of a list flag.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        self.values.get(name).cloned().unwrap_or_default()
    }

    /// The names of the flags given, in order of first use.
    pub(super) fn used(&self) -> Vec<&'static str> {
        self.order.clone()
    }
}

fn unknown(name: &str, known: &[(&'static str, FlagKind)], vintage: Vintage) -> String {
    let message = said(vintage, "Unknown flag: ", name, "");
    if vintage == Vintage::Docker20_10 {
        return message;
    }
    // Docker's choice among equally near flags is random; here it is the first by name.
    let mut names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    with_suggestion(message, name, names, Case::Sensitive)
}

fn checked(kind: FlagKind, name: &str, value: Option<&str>, vintage: Vintage) -> Result<String, String> {
    let missing = || said(vintage, "Missing a value on flag: ", name, "");
    if kind != FlagKind::Bool {
        return value.map(str::to_owned).ok_or_else(missing);
    }
    match value.map(str::to_lowercase).as_deref() {
        None | Some("true") => Ok("true".to_owned()),
        Some("false") => Ok("false".to_owned()),
        Some("") => Err(missing()),
        Some(_) => {
            let tail = format!(", not: {}", value.unwrap_or_default());
            Err(said(vintage, "Expecting boolean value for flag ", name, &tail))
        }
    }
}

/// 20.10 begins with a capital and names the flag without dashes.
fn said(vintage: Vintage, text: &str, name: &str, tail: &str) -> String {
    match vintage {
        Vintage::Docker20_10 => format!("{text}{name}{tail}"),
        Vintage::Current => {
            let (first, rest) = text.split_at(1);
            format!("{}{rest}--{name}{tail}", first.to_lowercase())
        }
    }
}
