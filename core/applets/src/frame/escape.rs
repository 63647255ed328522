//! Backslash escapes as echo, printf, tr and others read them.

/// One escape: its byte and how many bytes it took after the backslash; `None` when it is no escape.
///
/// `text` begins after the backslash. Known: `\a \b \e \f \n \r \t \v \\`, up to three octal digits, `x` with one or
/// two hexadecimal digits (busybox's `bb_process_escape_sequence`).
pub fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let first = *text.first()?;
    let byte = match first {
        b'a' => 7,
        b'b' => 8,
        b'e' => 27,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        b'0'..=b'7' => return Some(digits(text, 8, 3)),
        b'x' => {
            let (byte, taken) = digits(&text[1..], 16, 2);
            return (taken > 0).then_some((byte, taken + 1));
        }
        _ => return None,
    };
    Some((byte, 1))
}

/// At most `most` digits; the value wraps to a byte, and a digit that would pass 255 is left.
fn digits(text: &[u8], radix: u32, most: usize) -> (u8, usize) {
    let mut value = 0;
    let mut taken = 0;
    while taken < most {
        let Some(digit) = text.get(taken).and_then(|byte| char::from(*byte).to_digit(radix)) else { break };
        let next = value * radix + digit;
        if next > 255 {
            break;
        }
        value = next;
        taken += 1;
    }
    (u8::try_from(value).unwrap_or(u8::MAX), taken)
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn escapes_take_what_busybox_takes() {
        assert_eq!(escape(b"n"), Some((10, 1)));
        assert_eq!(escape(b"101z"), Some((65, 3)));
        assert_eq!(escape(b"777"), Some((63, 2)));
        assert_eq!(escape(b"x4g"), Some((4, 2)));
        assert_eq!(escape(b"xg"), None);
        assert_eq!(escape(b"8"), None);
        assert_eq!(escape(b""), None);
    }
}
