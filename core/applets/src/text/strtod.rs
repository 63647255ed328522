//! C's `strtod`.

/// The number that `text` begins with and how many bytes it took, blanks before it included; 0 bytes when there is
/// none. Decimal, hexadecimal, `inf` and `nan`, as in the C locale.
pub(crate) fn strtod(text: &[u8]) -> (f64, usize) {
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | 9..=13)).count();
    let (negative, signed) = match text.get(blanks) {
        Some(b'-') => (true, 1),
        Some(b'+') => (false, 1),
        _ => (false, 0),
    };
    let start = blanks + signed;
    let rest = &text[start..];
    let (value, taken) = word(rest).or_else(|| hexadecimal(rest)).unwrap_or_else(|| decimal(rest));
    if taken == 0 {
        return (0.0, 0);
    }
    (if negative { -value } else { value }, start + taken)
}

fn word(text: &[u8]) -> Option<(f64, usize)> {
    if !matches!(text.first(), Some(b'i' | b'I' | b'n' | b'N')) {
        return None;
    }
    let begins = |name: &[u8]| text.len() >= name.len() && text[..name.len()].eq_ignore_ascii_case(name);
    if begins(b"infinity") {
        return Some((f64::INFINITY, 8));
    }
    if begins(b"inf") {
        return Some((f64::INFINITY, 3));
    }
    begins(b"nan").then_some((f64::NAN, 3))
}

fn hexadecimal(text: &[u8]) -> Option<(f64, usize)> {
    if text.first() != Some(&b'0') || !matches!(text.get(1), Some(b'x' | b'X')) {
        return None;
    }
    let mut value = 0.0;
    let mut scale = 1.0;
    let mut at = 2;
    let mut digits = 0;
    let mut point = false;
    while let Some(&byte) = text.get(at) {
        match char::from(byte).to_digit(16) {
            Some(digit) => {
                value = value * 16.0 + f64::from(digit);
                scale *= if point { 16.0 } else { 1.0 };
                digits += 1;
            }
            None if byte == b'.' && !point => point = true,
            None => break,
        }
        at += 1;
    }
    if digits == 0 {
        // Only the zero is a number.
        return Some((0.0, 1));
    }
    let (exponent, taken) = exponent(&text[at..], b'p');
    Some((value / scale * 2f64.powi(exponent), at + taken))
}

/// `e-5`: its value and length; 0 bytes when no digit follows.
fn exponent(text: &[u8], mark: u8) -> (i32, usize) {
    if !text.first().is_some_and(|byte| byte.eq_ignore_ascii_case(&mark)) {
        return (0, 0);
    }
    let signed = usize::from(matches!(text.get(1), Some(b'-' | b'+')));
    let digits = text[1 + signed..].iter().take_while(|byte| byte.is_ascii_digit());
    let mut value: i32 = 0;
    let mut count = 0;
    for digit in digits {
        value = value.saturating_mul(10).saturating_add(i32::from(digit - b'0'));
        count += 1;
    }
    if count == 0 {
        return (0, 0);
    }
    (if text[1] == b'-' { -value } else { value }, 1 + signed + count)
}

/// Whole numbers up to this many digits are exact in a `u64` and an `f64`.
const EXACT_DIGITS: usize = 15;

fn decimal(text: &[u8]) -> (f64, usize) {
    let whole = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = whole;
    let mut digits = whole;
    if text.get(end) == Some(&b'.') {
        let fraction = text[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits += fraction;
        end += 1 + fraction;
    }
    if digits == 0 {
        return (0.0, 0);
    }
    let taken = exponent(&text[end..], b'e').1;
    if end == whole && taken == 0 && whole <= EXACT_DIGITS {
        let value = text[..whole].iter().fold(0u64, |value, digit| value * 10 + u64::from(digit - b'0'));
        return (value as f64, whole);
    }
    end += taken;
    let value = std::str::from_utf8(&text[..end]).ok().and_then(|text| text.parse().ok()).unwrap_or(0.0);
    (value, end)
}

#[cfg(test)]
mod tests {
    use super::strtod;

    #[test]
    fn reads_what_c_reads() {
        assert_eq!(strtod(b" -12.5e1x"), (-125.0, 8));
        assert_eq!(strtod(b"1e"), (1.0, 1));
        assert_eq!(strtod(b"5."), (5.0, 2));
        assert_eq!(strtod(b".5"), (0.5, 2));
        assert_eq!(strtod(b"."), (0.0, 0));
        assert_eq!(strtod(b"0x1Fz"), (31.0, 4));
        assert_eq!(strtod(b"0x.8p1"), (1.0, 6));
        assert_eq!(strtod(b"0xg"), (0.0, 1));
        assert_eq!(strtod(b"-INFx"), (f64::NEG_INFINITY, 4));
        assert_eq!(strtod(b"+"), (0.0, 0));
        assert_eq!(strtod(b"123456789012345678901").0, 123456789012345678901.0);
    }
}
