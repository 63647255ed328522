//! Numbers and truth values in Go's spelling.

use crate::go_quote;

/// A decimal 32-bit number; errors are Go's texts (`strconv.ParseInt`).
pub(super) fn parse_int32(text: &str) -> Result<i32, String> {
    let failed = |why: &str| format!("strconv.ParseInt: parsing {}: {why}", go_quote(text));
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(failed("invalid syntax"));
    }
    text.parse().map_err(|_| failed("value out of range"))
}

/// An unsigned 32-bit number in base 8 or 10, without sign.
pub(super) fn parse_uint32(text: &str, radix: u32) -> Option<u32> {
    if text.starts_with('+') {
        return None;
    }
    u32::from_str_radix(text, radix).ok()
}

/// `strconv.ParseBool`.
pub(crate) fn go_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Bytes with a binary unit, as `16m`, `1.5GiB` (`units.RAMInBytes`).
pub(super) fn parse_ram(text: &str) -> Option<i64> {
    let split = text.rfind(|ch: char| ch.is_ascii_digit() || ch == '.' || ch == ' ')?;
    let number = if text[split..].starts_with(' ') { &text[..split] } else { &text[..=split] };
    let suffix = text[split + 1..].to_ascii_lowercase();
    let valid = |ch: char| ch.is_ascii_digit() || matches!(ch, '.' | 'e' | '+' | '-');
    let size: f64 = if number.chars().all(valid) { number.parse().ok()? } else { return None };
    let mut letters = suffix.chars();
    let power = match letters.next() {
        None => 0,
        Some('b') if suffix.len() == 1 => 0,
        Some(unit) => 1 + "kmgtp".find(unit)?,
    };
    if power > 0 && !matches!(letters.as_str(), "" | "b" | "ib") {
        return None;
    }
    let bytes = size * 1024_f64.powi(i32::try_from(power).ok()?);
    (size >= 0.0).then_some(bytes as i64)
}
