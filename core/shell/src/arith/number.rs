//! Number constants: decimal, octal, hexadecimal and `base#digits`.

use super::ArithmeticError;

/// The value of a text of at most 18 decimal digits with an optional sign, the common case of a variable.
pub(crate) fn plain_decimal(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let leading_zero = digits.len() > 1 && digits[0] == b'0';
    if digits.is_empty() || digits.len() > 18 || leading_zero || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0i64, |value, digit| value * 10 + i64::from(digit - b'0'));
    Some(if negative { -value } else { value })
}

/// Reads the constant at the beginning of `text`: its value and length.
///
/// Values wrap at 64 bits.
pub(crate) fn constant(text: &[u8]) -> Result<(i64, usize), ArithmeticError> {
    let length = text.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let word = &text[..length];
    if text.get(length) == Some(&b'#') {
        return based(text, word);
    }
    let (radix, digits) = match word {
        [b'0', b'x' | b'X', digits @ ..] => (16, digits),
        [b'0', digits @ ..] if !digits.is_empty() => (8, digits),
        digits => (10, digits),
    };
    if digits.is_empty() {
        return Err(ArithmeticError::Syntax);
    }
    let mut value = 0u64;
    for byte in digits {
        let digit = char::from(*byte).to_digit(radix).ok_or(ArithmeticError::Syntax)?;
        value = value.wrapping_mul(radix.into()).wrapping_add(digit.into());
    }
    Ok((value as i64, length))
}

/// `base#digits` with a base from 2 to 64; beyond 36, lower case comes before upper case, `@` and `_`.
fn based(text: &[u8], base: &[u8]) -> Result<(i64, usize), ArithmeticError> {
    let base = plain_decimal(base).filter(|base| (2..=64).contains(base)).ok_or(ArithmeticError::Syntax)?;
    let start = text.iter().position(|byte| *byte == b'#').map_or(text.len(), |at| at + 1);
    let mut value = 0i64;
    let mut length = start;
    for byte in &text[start..] {
        let digit = match byte {
            b'0'..=b'9' => i64::from(byte - b'0'),
            b'a'..=b'z' => i64::from(byte - b'a') + 10,
            b'A'..=b'Z' if base > 36 => i64::from(byte - b'A') + 36,
            b'A'..=b'Z' => i64::from(byte - b'A') + 10,
            b'@' => 62,
            b'_' => 63,
            _ => break,
        };
        if digit >= base {
            return Err(ArithmeticError::Syntax);
        }
        value = value.wrapping_mul(base).wrapping_add(digit);
        length += 1;
    }
    if length == start { Err(ArithmeticError::Syntax) } else { Ok((value, length)) }
}
