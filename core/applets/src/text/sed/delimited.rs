use bstr::BString;

/// The end of a part that goes up to `delimiter`: its length, when the delimiter is there.
/// In a pattern, brackets hide delimiters.
pub(super) fn length(text: &[u8], delimiter: u8, pattern: bool) -> Option<usize> {
    let mut at = 0;
    let mut bracket: Option<usize> = None;
    while let Some(&byte) = text.get(at) {
        if let Some(start) = bracket {
            let first = at == start + 1 || (at == start + 2 && text[start + 1] == b'^');
            if byte == b']' && !first {
                bracket = None;
            } else if byte == b'[' && matches!(text.get(at + 1), Some(b':' | b'.' | b'=')) {
                let kind = text[at + 1];
                let close = text[at + 2..].windows(2).position(|pair| pair == [kind, b']']);
                at += close.map_or(0, |close| close + 3);
            }
        } else if byte == b'\\' {
            at += 1;
        } else if byte == delimiter {
            return Some(at);
        } else if byte == b'[' && pattern {
            bracket = Some(at);
        }
        at += 1;
    }
    None
}

/// Replaces each `\from` by `to`; other escapes stay.
pub(super) fn unescape(text: &[u8], from: u8, to: u8) -> BString {
    let mut out = BString::default();
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match rest.next() {
            Some(next) if next == from => out.push(to),
            next => {
                out.push(b'\\');
                out.extend(next);
            }
        }
    }
    out
}

/// `\n`, `\t` and `\r` become what they name.
pub(super) fn controls(text: &[u8]) -> BString {
    [(b'n', b'\n'), (b't', b'\t'), (b'r', b'\r')]
        .into_iter()
        .fold(text.into(), |text: BString, (from, to)| unescape(&text, from, to))
}
