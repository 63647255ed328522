use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter};
use thiserror::Error;

/// A document that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct FormatError(pub String);

impl From<serde_json::Error> for FormatError {
    fn from(error: serde_json::Error) -> Self {
        FormatError(error.to_string())
    }
}

/// Compact JSON with the escapes of Go's `json.Marshal`, which every id depends on: `<`, `>`, `&`, U+2028 and U+2029
/// are escaped, and control characters but newline, return and tab are written as `\u00XX`.
pub fn to_json(value: &impl Serialize) -> Vec<u8> {
    write(value, Go(CompactFormatter))
}

/// The same indented by two blanks, as Go's `json.MarshalIndent`.
pub fn to_json_indented(value: &impl Serialize) -> Vec<u8> {
    write(value, Go(PrettyFormatter::with_indent(b"  ")))
}

fn write(value: &impl Serialize, formatter: impl Formatter) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    let done = value.serialize(&mut serializer);
    debug_assert!(done.is_ok(), "documents here have string keys and write to memory");
    bytes
}

struct Go<F>(F);

impl<F> Go<F> {
    /// The escape that Go uses where serde_json would write the character as it is.
    fn escape(character: char) -> Option<&'static [u8]> {
        match character {
            '<' => Some(b"\\u003c"),
            '>' => Some(b"\\u003e"),
            '&' => Some(b"\\u0026"),
            '\u{2028}' => Some(b"\\u2028"),
            '\u{2029}' => Some(b"\\u2029"),
            _ => None,
        }
    }
}

impl<F: Formatter> Formatter for Go<F> {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut start = 0;
        for (at, character) in fragment.char_indices() {
            if let Some(escaped) = Self::escape(character) {
                writer.write_all(&fragment.as_bytes()[start..at])?;
                writer.write_all(escaped)?;
                start = at + character.len_utf8();
            }
        }
        writer.write_all(&fragment.as_bytes()[start..])
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        match escape {
            CharEscape::Backspace => writer.write_all(b"\\u0008"),
            CharEscape::FormFeed => writer.write_all(b"\\u000c"),
            other => self.0.write_char_escape(writer, other),
        }
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_as_go_does() {
        let text = "a<b>&\u{2028}\u{8}\u{c}\n\t\"\\\u{1}é\u{7f}";
        let expected = r#""a\u003cb\u003e\u0026\u2028\u0008\u000c\n\t\"\\\u0001é"#.to_owned() + "\u{7f}\"";
        assert_eq!(String::from_utf8(to_json(&text)).unwrap(), expected);
    }

    #[test]
    fn indented_json_looks_as_gos() {
        let value = serde_json::json!({"a": [], "b": {}, "c": [1, {"d": "<"}]});
        let expected = "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    {\n      \"d\": \"\\u003c\"\n    }\n  ]\n}";
        assert_eq!(String::from_utf8(to_json_indented(&value)).unwrap(), expected);
    }
}
