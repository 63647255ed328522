//! Quoting of values so that the shell reads them back.

use bstr::BString;

/// The text in single quotes; single quotes themselves stand in double quotes between.
pub(crate) fn single_quoted(text: &[u8]) -> BString {
    let mut out = BString::default();
    let mut rest = text;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\'').unwrap_or(rest.len());
        if end > 0 || out.is_empty() {
            out.push(b'\'');
            out.extend_from_slice(&rest[..end]);
            out.push(b'\'');
        }
        rest = &rest[end..];
        let quotes = rest.iter().take_while(|byte| **byte == b'\'').count();
        if quotes == 0 {
            return out;
        }
        out.push(b'"');
        out.extend_from_slice(&rest[..quotes]);
        out.push(b'"');
        rest = &rest[quotes..];
        if rest.is_empty() {
            return out;
        }
    }
}
