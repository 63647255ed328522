//! Go's `%q`, in which Docker quotes words in its messages and dumps.

use std::fmt::Write;

/// The text in double quotes with Go's escapes (`strconv.Quote`): printable characters as they are,
/// others as `\n`, `\x07`, `\u200b` or `\U000e0001`.
#[must_use]
pub fn go_quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for ch in text.chars() {
        push_escaped(&mut out, ch);
    }
    out.push('"');
    out
}

fn push_escaped(out: &mut String, ch: char) {
    let short = match ch {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\x0c' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\x0b' => "\\v",
        _ if is_printable(ch) => {
            out.push(ch);
            return;
        }
        _ => {
            let code = u32::from(ch);
            // Writing to a String cannot fail.
            let _ = match code {
                0..=0x7f => write!(out, "\\x{code:02x}"),
                0x80..=0xffff => write!(out, "\\u{code:04x}"),
                _ => write!(out, "\\U{code:08x}"),
            };
            return;
        }
    };
    out.push_str(short);
}

/// Letters, marks, numbers, punctuation, symbols and the ASCII blank: Rust's own debug escaping
/// draws the same line, except that it escapes a combining mark in first place.
fn is_printable(ch: char) -> bool {
    match ch {
        ' '..='~' => true,
        '\0'..='\x7f' => false,
        _ => {
            let mut after_letter = String::from("a");
            after_letter.push(ch);
            after_letter.escape_debug().nth(1) == Some(ch)
        }
    }
}
