//! Just enough JSON: arrays of strings for the exec form, and one string of an object.

use std::borrow::Cow;

use crate::Vintage;

/// Arrays and objects may be nested this deep; deeper text counts as invalid.
const NESTING_LIMIT: usize = 128;

/// What text that begins with `[` turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StringArray<'t> {
    /// An array of strings.
    Strings(Vec<Cow<'t, str>>),
    /// An array with something else in it.
    Mixed,
    /// No JSON.
    Invalid,
}

/// Reads an array. 20.10 ignores what follows it; later nothing but blanks may.
pub(crate) fn string_array(text: &str, vintage: Vintage) -> StringArray<'_> {
    let mut reader = Reader { text, at: 0 };
    let Some(Value::Array(items)) = reader.value(0) else { return StringArray::Invalid };
    reader.blanks();
    if vintage == Vintage::Current && reader.at < text.len() {
        return StringArray::Invalid;
    }
    let strings: Option<Vec<_>> = items.into_iter().map(Value::into_string).collect();
    strings.map_or(StringArray::Mixed, StringArray::Strings)
}

/// The string under `key` (the last one) of a document that is one object.
pub(super) fn object_string(text: &str, key: &str) -> Option<String> {
    let mut reader = Reader { text, at: 0 };
    let Some(Value::Object(members)) = reader.value(0) else { return None };
    reader.blanks();
    if reader.at < text.len() {
        return None;
    }
    let (_, value) = members.into_iter().rfind(|(name, _)| name == key)?;
    value.into_string().map(Cow::into_owned)
}

enum Value<'t> {
    String(Cow<'t, str>),
    Array(Vec<Value<'t>>),
    Object(Vec<(Cow<'t, str>, Value<'t>)>),
    Scalar,
}

impl<'t> Value<'t> {
    fn into_string(self) -> Option<Cow<'t, str>> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Passes over blanks and takes `byte` if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        self.blanks();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Option<Value<'t>> {
        if depth > NESTING_LIMIT {
            return None;
        }
        self.blanks();
        match self.peek()? {
            b'"' => self.string().map(Value::String),
            b'[' => self.array(depth),
            b'{' => self.object(depth),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            _ => self.number(),
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value<'t>> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take(b']') {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Some(Value::Array(items));
            }
            if !self.take(b',') {
                return None;
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value<'t>> {
        self.at += 1;
        let mut members = Vec::new();
        if self.take(b'}') {
            return Some(Value::Object(members));
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return None;
            }
            let name = self.string()?;
            if !self.take(b':') {
                return None;
            }
            members.push((name, self.value(depth + 1)?));
            if self.take(b'}') {
                return Some(Value::Object(members));
            }
            if !self.take(b',') {
                return None;
            }
        }
    }

    fn literal(&mut self, word: &str) -> Option<Value<'t>> {
        let found = self.text[self.at..].starts_with(word);
        self.at += word.len();
        found.then_some(Value::Scalar)
    }

    /// A number that a 64-bit float can hold.
    fn number(&mut self) -> Option<Value<'t>> {
        let rest = &self.text[self.at..];
        let len = rest
            .find(|ch: char| !matches!(ch, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let text = &rest[..len];
        self.at += len;
        let digits = text.strip_prefix('-').unwrap_or(text);
        let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, mut tail) = digits.split_at(whole);
        if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
            return None;
        }
        if let Some(fraction) = tail.strip_prefix('.') {
            let len = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if len == 0 {
                return None;
            }
            tail = &fraction[len..];
        }
        if let Some(exponent) = tail.strip_prefix(['e', 'E']) {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if exponent.is_empty() || !exponent.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            tail = "";
        }
        let finite = text.parse::<f64>().is_ok_and(f64::is_finite);
        (tail.is_empty() && finite).then_some(Value::Scalar)
    }

    fn string(&mut self) -> Option<Cow<'t, str>> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let len = bytes[start..].iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
        if bytes[start + len] == b'"' {
            self.at = start + len + 1;
            return Some(Cow::Borrowed(&self.text[start..start + len]));
        }
        let mut out = String::from(&self.text[start..start + len]);
        self.at = start + len;
        loop {
            let ch = self.text[self.at..].chars().next()?;
            self.at += ch.len_utf8();
            match ch {
                '"' => return Some(Cow::Owned(out)),
                '\\' => out.push(self.escape()?),
                '\0'..='\x1f' => return None,
                other => out.push(other),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return None,
        })
    }

    /// `\uXXXX`, or two of them for a surrogate pair; half a pair is U+FFFD as in Go.
    fn code_point(&mut self) -> Option<char> {
        let first = self.hex4()?;
        if let Some(ch) = char::from_u32(first) {
            return Some(ch);
        }
        let before = self.at;
        if first < 0xdc00 && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second) {
                return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
            self.at = before;
        }
        Some(char::REPLACEMENT_CHARACTER)
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}
