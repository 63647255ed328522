//! Go's durations: `1h2m3.5s`, `300ms`.

use crate::go_quote;

/// Units in nanoseconds. Both micro signs are taken.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Nanoseconds; errors are Go's texts (`time.ParseDuration`).
pub(super) fn parse_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", go_quote(text));
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (whole, after) = digits(rest);
        let (fraction, after) = after.strip_prefix('.').map_or(("", after), digits);
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let len = after.find(|ch: char| ch == '.' || ch.is_ascii_digit()).unwrap_or(after.len());
        let (name, after) = after.split_at(len);
        if name.is_empty() {
            return Err(format!("time: missing unit in duration {}", go_quote(text)));
        }
        let Some((_, unit)) = UNITS.iter().find(|(known, _)| *known == name) else {
            return Err(format!("time: unknown unit {} in duration {}", go_quote(name), go_quote(text)));
        };
        total =
            amount(whole, fraction, *unit).and_then(|part| total.checked_add(part)).ok_or_else(invalid)?;
        if total > 1 << 63 {
            return Err(invalid());
        }
        rest = after;
    }
    signed(total, negative).ok_or_else(invalid)
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|ch: char| !ch.is_ascii_digit()).unwrap_or(text.len()))
}

fn amount(whole: &str, fraction: &str, unit: u64) -> Option<u64> {
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    // Digits beyond what a number can hold do not count.
    let mut nanos = 0.0;
    let mut scale = 1.0;
    for digit in fraction.bytes().take(18) {
        scale *= 10.0;
        nanos += f64::from(digit - b'0') * (unit as f64 / scale);
    }
    whole.checked_mul(unit)?.checked_add((nanos + 1e-6) as u64)
}

fn signed(total: u64, negative: bool) -> Option<i64> {
    if negative { 0_i64.checked_sub_unsigned(total) } else { i64::try_from(total).ok() }
}
