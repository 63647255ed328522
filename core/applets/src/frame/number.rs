//! Numbers in operands, with the messages of busybox's `xatoi` family.

use bstr::{BStr, BString, ByteSlice};

/// Factors that may follow a number.
pub type Suffixes = &'static [(&'static str, u64)];

/// `b k m`: blocks and powers of 1024, as head, od and dd's older options take them.
pub const BKM: Suffixes = &[("b", 512), ("k", 1024), ("m", 1024 * 1024)];

/// `k K m M g G t T ...` as truncate, split and dd take them.
pub const SIZES: Suffixes = &[
    ("c", 1),
    ("w", 2),
    ("b", 512),
    ("kB", 1000),
    ("kD", 1000),
    ("k", 1024),
    ("KB", 1000),
    ("KD", 1000),
    ("K", 1024),
    ("MB", 1_000_000),
    ("MD", 1_000_000),
    ("M", 1 << 20),
    ("m", 1 << 20),
    ("GB", 1_000_000_000),
    ("GD", 1_000_000_000),
    ("G", 1 << 30),
    ("g", 1 << 30),
    ("TB", 1_000_000_000_000),
    ("TD", 1_000_000_000_000),
    ("T", 1 << 40),
    ("t", 1 << 40),
];

/// A decimal number without sign, in `least..=most`, with an optional suffix; the error is busybox's message.
pub fn unsigned(text: &BStr, least: u64, most: u64, suffixes: Suffixes) -> Result<u64, BString> {
    let invalid = || bytes!("invalid number '{}'", text);
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number: u64 = text[..digits].to_str().ok().and_then(|text| text.parse().ok()).ok_or_else(invalid)?;
    let suffix = &text[digits..];
    let factor = match suffixes.iter().find(|(name, _)| name.as_bytes() == suffix) {
        Some((_, factor)) => *factor,
        None if suffix.is_empty() => 1,
        None => return Err(invalid()),
    };
    let out_of_range =
        || bytes!("number {} is not in {}..{} range", text, least.to_string(), most.to_string());
    let value = number.checked_mul(factor).ok_or_else(out_of_range)?;
    if (least..=most).contains(&value) { Ok(value) } else { Err(out_of_range()) }
}

/// A decimal number with an optional minus, with an optional suffix.
pub fn signed(text: &BStr, least: i64, most: i64, suffixes: Suffixes) -> Result<i64, BString> {
    let invalid = || bytes!("invalid number '{}'", text);
    let (sign, rest) = match text.strip_prefix(b"-") {
        Some(rest) => (-1, rest),
        None => (1, text.as_bytes()),
    };
    let value = unsigned(rest.as_bstr(), 0, i64::MAX as u64, suffixes).map_err(|_| invalid())?;
    let value = sign * i64::try_from(value).map_err(|_| invalid())?;
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(bytes!("number {} is not in {}..{} range", text, least.to_string(), most.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_suffixes_and_ranges() {
        assert_eq!(unsigned("3k".into(), 0, u64::MAX, BKM), Ok(3072));
        assert_eq!(unsigned("x".into(), 0, 9, &[]), Err("invalid number 'x'".into()));
        assert_eq!(unsigned("1x".into(), 0, 9, &[]), Err("invalid number '1x'".into()));
        assert_eq!(unsigned("10".into(), 0, 9, &[]), Err("number 10 is not in 0..9 range".into()));
        assert_eq!(signed("-5".into(), -20, 19, &[]), Ok(-5));
        assert_eq!(signed("--5".into(), -20, 19, &[]), Err("invalid number '--5'".into()));
    }
}
