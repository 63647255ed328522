//! Durations as sleep, timeout and watch take them.

use core::time::Duration;

use bstr::{BStr, BString, ByteSlice};

/// `1.5`, `2m`, `.5h`: seconds unless a suffix `s m h d` says otherwise; the error is the message.
pub fn duration(text: &BStr) -> Result<Duration, BString> {
    let invalid = || bytes!("invalid number '{}'", text);
    let (digits, factor) = match text.split_last() {
        Some((b's', rest)) => (rest, 1.0),
        Some((b'm', rest)) => (rest, 60.0),
        Some((b'h', rest)) => (rest, 3600.0),
        Some((b'd', rest)) => (rest, 86400.0),
        _ => (text.as_bytes(), 1.0),
    };
    if !digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        return Err(invalid());
    }
    let seconds: f64 = digits.to_str().ok().and_then(|digits| digits.parse().ok()).ok_or_else(invalid)?;
    Duration::try_from_secs_f64(seconds * factor).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_and_fractions() {
        assert_eq!(duration("1.5".into()), Ok(Duration::from_millis(1500)));
        assert_eq!(duration(".5m".into()), Ok(Duration::from_secs(30)));
        assert_eq!(duration("2d".into()), Ok(Duration::from_secs(172_800)));
        assert_eq!(duration("-1".into()), Err("invalid number '-1'".into()));
        assert_eq!(duration("1x".into()), Err("invalid number '1x'".into()));
        assert_eq!(duration("s".into()), Err("invalid number 's'".into()));
    }
}
