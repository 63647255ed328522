//! `${x/pattern/replacement}`.

use bstr::BString;

use super::list;
use super::pattern::{boundaries, matches};

/// `text` with the first (or every) longest match of the pattern replaced. An empty pattern matches nothing.
pub(super) fn replace(text: &[u8], pattern: &[u8], replacement: &[u8], all: bool) -> BString {
    let mut out = BString::default();
    if pattern.is_empty() {
        return text.into();
    }
    if list::is_list(text) {
        return list::replace(text, pattern, replacement, all);
    }
    if text.is_empty() && matches(pattern, text) {
        return replacement.into();
    }
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let length =
            boundaries(rest).rev().take_while(|end| *end > 0).find(|end| matches(pattern, &rest[..*end]));
        match length {
            Some(length) => {
                out.extend_from_slice(replacement);
                start += length;
                if !all {
                    break;
                }
            }
            None => {
                let step = boundaries(rest).nth(1).unwrap_or(1);
                out.extend_from_slice(&rest[..step]);
                start += step;
            }
        }
    }
    out.extend_from_slice(&text[start..]);
    out
}
