//! What counts as a blank; Docker's parser has three answers.

/// The blanks that separate words of an instruction: `[\t\v\f\r ]`. A line feed is none.
pub(crate) fn is_separator(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x0b | 0x0c | b'\r' | b' ')
}

/// A byte taken as a Latin-1 character and asked for being a Unicode blank: flags and
/// HEALTHCHECK's type are cut that way, so the bytes 0x85 and 0xA0 end a word.
pub(crate) fn is_latin1_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | 0x85 | 0xa0)
}

/// `\s` of Go's regular expressions.
pub(crate) fn is_regex_space(ch: char) -> bool {
    matches!(ch, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

/// Cuts at the first run of separators: the word before and, if there is a run, the text after it.
pub(crate) fn cut_word(text: &str) -> (&str, Option<&str>) {
    let bytes = text.as_bytes();
    let Some(end) = bytes.iter().position(|byte| is_separator(*byte)) else { return (text, None) };
    let rest = bytes[end..].iter().position(|byte| !is_separator(*byte));
    (&text[..end], Some(rest.map_or("", |skip| &text[end + skip..])))
}
