//! The date texts that `date -d`, `touch -d` and others read.

use bstr::{BStr, ByteSlice};

use super::civil::Civil;

/// Seconds since 1970 of a date text, with `now` giving the parts that the text leaves out; `None` when it is none.
///
/// Known (busybox `parse_datestr`): `@N`, `hh:mm[:ss]`, `[YYYY.]MM.DD-hh:mm[:ss]`, `YYYY-MM-DD[ hh[:mm[:ss]]]`,
/// `[[[[[YY]YY]MM]DD]hh]mm[.ss]`.
pub fn date_text(text: &BStr, now: i64) -> Option<i64> {
    let text = text.to_str().ok()?;
    if let Some(digits) = text.strip_prefix('@') {
        return if all_digits(digits) { digits.parse().ok() } else { None };
    }
    let today = Civil { second: 0, ..Civil::from_seconds(now) };
    let civil = dashed(text, today)
        .or_else(|| dotted(text, today))
        .or_else(|| clock(text, today))
        .or_else(|| packed(text, today))?;
    checked(civil)
}

/// `MMDDhhmm[[YY]YY][.ss]`, the form of `date TIME`.
pub fn set_text(text: &BStr, now: i64) -> Option<i64> {
    let text = text.to_str().ok()?;
    let (digits, _) = text.split_once('.').unwrap_or((text, ""));
    if !all_digits(digits) || !matches!(digits.len(), 8 | 10 | 12) {
        return date_text(text.into(), now);
    }
    let (front, years) = digits.split_at(8);
    date_text(text.replacen(digits, &format!("{years}{front}"), 1).as_str().into(), now)
}

fn checked(civil: Civil) -> Option<i64> {
    let in_range = (1..=12).contains(&civil.month)
        && (1..=31).contains(&civil.day)
        && (0..24).contains(&civil.hour)
        && (0..60).contains(&civil.minute)
        && (0..=60).contains(&civil.second);
    // mktime's error value is -1, so that one second cannot be named.
    in_range.then(|| civil.seconds()).filter(|seconds| *seconds != -1)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(text: &str) -> Option<i64> {
    if all_digits(text) && text.len() < 10 { text.parse().ok() } else { None }
}

/// `hh:mm[:ss]`
fn clock(text: &str, day: Civil) -> Option<Civil> {
    let mut parts = text.split(':');
    let hour = number(parts.next()?)?;
    let minute = number(parts.next()?)?;
    let second = parts.next().map_or(Some(0), number)?;
    if parts.next().is_some() {
        return None;
    }
    Some(Civil { hour, minute, second, ..day })
}

/// `YYYY-MM-DD[ hh[:mm[:ss]]]`
fn dashed(text: &str, today: Civil) -> Option<Civil> {
    let (date, time) = text.split_once(' ').unwrap_or((text, "0"));
    let mut parts = date.splitn(3, '-');
    let year = number(parts.next()?)?;
    let month = number(parts.next()?)?;
    let day = number(parts.next()?)?;
    let day = Civil { year, month, day, hour: 0, minute: 0, ..today };
    if time.contains(':') { clock(time, day) } else { Some(Civil { hour: number(time)?, ..day }) }
}

/// `[YYYY.]MM.DD-hh:mm[:ss]`
fn dotted(text: &str, today: Civil) -> Option<Civil> {
    let (date, time) = text.split_once('-')?;
    let parts: Vec<i64> = date.split('.').map(number).collect::<Option<_>>()?;
    let day = match parts[..] {
        [month, day] => Civil { month, day, ..today },
        [year, month, day] => Civil { year, month, day, ..today },
        _ => return None,
    };
    clock(time, day)
}

/// `[[[[[YY]YY]MM]DD]hh]mm[.ss]`
fn packed(text: &str, today: Civil) -> Option<Civil> {
    let (digits, second) = match text.split_once('.') {
        Some((digits, second)) if second.len() == 2 => (digits, number(second)?),
        Some(_) => return None,
        None => (text, 0),
    };
    if !all_digits(digits) || !matches!(digits.len(), 2 | 4 | 6 | 8 | 10 | 12) {
        return None;
    }
    let mut rest = digits;
    let mut take = |width: usize, otherwise: i64| {
        if rest.is_empty() {
            return Some(otherwise);
        }
        let (front, last) = rest.split_at(rest.len() - width.min(rest.len()));
        rest = front;
        number(last)
    };
    let minute = take(2, 0)?;
    let hour = take(2, today.hour)?;
    let day = take(2, today.day)?;
    let month = take(2, today.month)?;
    let year = take(4, today.year)?;
    let year = if digits.len() == 10 { century(year, today.year) } else { year };
    Some(Civil { year, month, day, hour, minute, second })
}

/// The year with those last two digits that is not more than 50 years ahead.
fn century(two_digits: i64, this_year: i64) -> i64 {
    let year = this_year - this_year.rem_euclid(100) + two_digits;
    if year > this_year + 50 { year - 100 } else { year }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::strftime::strftime;

    /// 2026-11-23 09:29:40
    const NOW: i64 = 1_795_426_180;

    fn read(text: &str) -> String {
        date_text(text.into(), NOW).map_or("-".into(), |time| strftime(b"%F %T", time).to_string())
    }

    #[test]
    fn texts_that_busybox_reads() {
        assert_eq!(read("@0"), "1970-01-01 00:00:00");
        assert_eq!(read("03:04:05"), "2026-11-23 03:04:05");
        assert_eq!(read("2024-1-2 3:4"), "2024-01-02 03:04:00");
        assert_eq!(read("2024-01-02 03"), "2024-01-02 03:00:00");
        assert_eq!(read("2024-02-30"), "2024-03-01 00:00:00");
        assert_eq!(read("2023.01.02-03:04:05"), "2023-01-02 03:04:05");
        assert_eq!(read("1.2-3:4"), "2026-01-02 03:04:00");
        assert_eq!(read("0304"), "2026-11-23 03:04:00");
        assert_eq!(read("020304"), "2026-11-02 03:04:00");
        assert_eq!(read("6901020304"), "2069-01-02 03:04:00");
        assert_eq!(read("202401020304.05"), "2024-01-02 03:04:05");
        assert_eq!(set_text("010203042024".into(), NOW), date_text("202401020304".into(), NOW));
        assert_eq!(set_text("0102030424.05".into(), NOW), date_text("202401020304.05".into(), NOW));
    }

    #[test]
    fn texts_that_it_refuses() {
        for text in [
            "",
            "@",
            "@1x",
            "@-1",
            "now",
            "0102030499",
            "2024-13-02",
            "2024-01-02 25:00",
            "2024-01-02 23:59:61",
            "2024-01-02x",
            " 2024-01-02",
            "1969-12-31 23:59:59",
            "2023-01-02 03:04:05 UTC",
            "2024-01-02T03:04:05Z",
        ] {
            assert_eq!(read(text), "-", "{text}");
        }
    }
}
