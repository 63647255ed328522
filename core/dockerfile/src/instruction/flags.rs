//! `--name=value` before an instruction's arguments.

use std::borrow::Cow;

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

/// The flags that were given, in order.
#[derive(Debug)]
pub(super) struct Flags<'f> {
    values: Vec<(&'static str, Cow<'f, str>)>,
}

impl<'f> Flags<'f> {
    pub(super) fn parse(
        given: &'f [Cow<'_, str>],
        known: &[(&'static str, FlagKind)],
        vintage: Vintage,
    ) -> Result<Self, String> {
        let mut flags = Self { values: Vec::with_capacity(given.len()) };
        for flag in given {
            let (word, value) = match flag.split_once('=') {
                Some((word, value)) => (word, Some(value)),
                None => (&**flag, None),
            };
            let name = word.strip_prefix("--").unwrap_or(word);
            let Some((name, kind)) = known.iter().find(|(known, _)| *known == name) else {
                return Err(unknown(name, known, vintage));
            };
            if *kind != FlagKind::List && flags.all(name).next().is_some() {
                return Err(said(vintage, "Duplicate flag specified: ", name, ""));
            }
            flags.values.push((name, checked(*kind, name, value, vintage)?));
        }
        Ok(flags)
    }

    fn all(&self, name: &str) -> impl DoubleEndedIterator<Item = &Cow<'f, str>> {
        self.values.iter().filter(move |(own, _)| *own == name).map(|(_, value)| value)
    }

    /// The value of a text flag.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.all(name).next_back().map(ToString::to_string)
    }

    /// The value of a switch, if it was given.
    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        self.all(name).next_back().map(|value| value == "true")
    }

    /// All values of a list flag.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        self.all(name).map(ToString::to_string).collect()
    }

    /// The names of the flags given, in order of first use.
    pub(super) fn used(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::with_capacity(self.values.len());
        for (name, _) in &self.values {
            if !names.contains(name) {
                names.push(name);
            }
        }
        names
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

fn checked<'f>(
    kind: FlagKind,
    name: &str,
    value: Option<&'f str>,
    vintage: Vintage,
) -> Result<Cow<'f, str>, String> {
    let missing = || said(vintage, "Missing a value on flag: ", name, "");
    if kind != FlagKind::Bool {
        return value.map(Cow::Borrowed).ok_or_else(missing);
    }
    match value.map(str::to_lowercase).as_deref() {
        None | Some("true") => Ok(Cow::Borrowed("true")),
        Some("false") => Ok(Cow::Borrowed("false")),
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
