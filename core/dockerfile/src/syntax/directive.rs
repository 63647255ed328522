//! Parser directives: `# name=value` at the top of the file.

use super::json;
use crate::Vintage;
use crate::space::is_regex_space;

/// A directive that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// `syntax`, `escape` or `check`.
    pub name: &'static str,
    /// The whole value.
    pub value: String,
    /// Its line, from 1; 0 for one in a JSON document.
    pub line: usize,
}

impl Directive {
    /// The value up to the first blank: what counts for `syntax` and `check`.
    #[must_use]
    pub fn word(&self) -> &str {
        self.value.split(' ').next().unwrap_or_default()
    }
}

/// Reads lines for as long as they are directives.
pub(crate) struct DirectiveReader {
    marker: &'static str,
    names: &'static [&'static str],
    seen: Vec<&'static str>,
    done: bool,
}

/// A directive given a second time.
#[derive(Debug)]
pub(crate) struct Repeated(pub(crate) &'static str);

impl DirectiveReader {
    /// `marker` begins a comment; 20.10 does not know `check`.
    pub(crate) fn new(marker: &'static str, vintage: Vintage) -> Self {
        let names: &[&str] = match vintage {
            Vintage::Docker20_10 => &["escape", "syntax"],
            Vintage::Current => &["escape", "syntax", "check"],
        };
        Self { marker, names, seen: Vec::new(), done: false }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    /// The name and value of the directive on this line. The first line that is none ends the search.
    pub(crate) fn read<'l>(&mut self, line: &'l str) -> Result<Option<(&'static str, &'l str)>, Repeated> {
        if self.done {
            return Ok(None);
        }
        let Some((name, value)) = self.split(line) else {
            self.done = true;
            return Ok(None);
        };
        if self.seen.contains(&name) {
            return Err(Repeated(name));
        }
        self.seen.push(name);
        Ok(Some((name, value)))
    }

    fn split<'l>(&self, line: &'l str) -> Option<(&'static str, &'l str)> {
        let body = line.strip_prefix(self.marker)?.trim_start();
        let len = body.find(|ch: char| !ch.is_ascii_alphanumeric())?;
        let (word, rest) = body.split_at(len);
        let name = self.names.iter().find(|name| name.eq_ignore_ascii_case(word))?;
        let after = rest.trim_start_matches(is_regex_space).strip_prefix('=')?;
        let value = after.trim_matches(is_regex_space);
        // A value of blanks alone is its last blank.
        let last = after.char_indices().next_back().map(|(at, _)| &after[at..])?;
        Some((name, if value.is_empty() { last } else { value }))
    }
}

/// The error for a directive given twice.
pub(super) fn repeated_message(repeated: &Repeated) -> String {
    format!("only one {} parser directive can be used", repeated.0)
}

/// The `syntax` directive: the frontend asked for. `# syntax=`, `// syntax=` and a JSON document
/// `{"syntax": "..."}` count; a first line `#!...` is passed over. Never an error.
#[must_use]
pub fn detect_syntax(text: &str) -> Option<Directive> {
    let (body, skipped) = body_of(text);
    find("#", "syntax", body, skipped)
        .or_else(|| find("//", "syntax", body, skipped))
        .or_else(|| in_json("syntax", body, skipped))
}

/// The `check` directive: options of the build checks.
#[must_use]
pub fn detect_check(text: &str) -> Option<Directive> {
    let (body, skipped) = body_of(text);
    find("#", "check", body, skipped)
}

/// The text after a byte order mark and a `#!` line, and the number of lines passed over.
fn body_of(text: &str) -> (&str, usize) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.starts_with("#!") { (text.split_once('\n').map_or("", |(_, rest)| rest), 1) } else { (text, 0) }
}

fn find(marker: &'static str, wanted: &str, body: &str, skipped: usize) -> Option<Directive> {
    let mut reader = DirectiveReader::new(marker, Vintage::Current);
    for (index, line) in body.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (name, value) = reader.read(line).ok()??;
        if name == wanted {
            return Some(Directive { name, value: value.to_owned(), line: skipped + index + 1 });
        }
    }
    None
}

fn in_json(name: &'static str, body: &str, line: usize) -> Option<Directive> {
    let value = json::object_string(body, name)?;
    Some(Directive { name, value, line })
}

/// The escape character a directive asks for.
pub(super) fn escape_of(value: &str) -> Result<char, String> {
    match value {
        "\\" => Ok('\\'),
        "`" => Ok('`'),
        _ => Err(format!("invalid escape token '{value}' does not match ` or \\")),
    }
}
