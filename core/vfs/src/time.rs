use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

const NANOS: i64 = 1_000_000_000;

/// A point in time: nanoseconds since 1970-01-01 UTC. Covers the years 1678 to 2262; arithmetic stops at the ends.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// 1970-01-01 00:00:00 UTC.
    pub const EPOCH: Time = Time(0);

    /// A whole number of seconds since the epoch.
    pub const fn from_secs(secs: i64) -> Self {
        Time(secs.saturating_mul(NANOS))
    }

    /// Seconds and nanoseconds since the epoch.
    pub const fn new(secs: i64, nanos: u32) -> Self {
        Time(secs.saturating_mul(NANOS).saturating_add(nanos as i64))
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(NANOS)
    }

    /// Nanoseconds within the second, 0 to 999,999,999.
    pub const fn nanos(self) -> u32 {
        self.0.rem_euclid(NANOS) as u32
    }

    /// The same time without its fraction of a second.
    pub const fn truncated(self) -> Self {
        Time::from_secs(self.secs())
    }

    /// The time that passed since `earlier`; zero when `earlier` is later.
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_nanos(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The calendar date and time of day in UTC.
    pub fn utc(self) -> Utc {
        let secs = self.secs();
        let (days, of_day) = (secs.div_euclid(86_400), secs.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        Utc {
            year,
            month,
            day,
            hour: (of_day / 3600) as u8,
            minute: (of_day / 60 % 60) as u8,
            second: (of_day % 60) as u8,
            nanos: self.nanos(),
        }
    }

    /// RFC 3339 as Go's `time.RFC3339Nano` writes it: UTC with `Z`, fraction without trailing zeros.
    pub fn rfc3339(self) -> String {
        let Utc { year, month, day, hour, minute, second, nanos } = self.utc();
        let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        if nanos != 0 {
            let fraction = format!("{nanos:09}");
            text.push('.');
            text.push_str(fraction.trim_end_matches('0'));
        }
        text.push('Z');
        text
    }

    /// Reads RFC 3339 with `Z` or a numeric offset, as found in image configurations.
    pub fn parse_rfc3339(text: &str) -> Option<Time> {
        let (date, rest) = text.split_once(['T', 't'])?;
        let (clock, offset) = split_offset(rest)?;
        let mut date = date.splitn(3, '-').map(digits);
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let mut clock = clock.splitn(3, ':').map(digits);
        let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
        let valid = (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60
            && year < 10_000;
        let nanos = if fraction.is_empty() { 0 } else { digits(format!("{fraction:0<9}").get(..9)?)? };
        let secs = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
        valid.then(|| Time::new(secs, nanos as u32))
    }
}

/// A moment of the Gregorian calendar in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utc {
    /// Year.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// Second.
    pub second: u8,
    /// Nanosecond within the second.
    pub nanos: u32,
}

fn digits(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Splits the time of day from its offset, which is given in seconds east of Greenwich.
fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let at = text.rfind(['+', '-'])?;
    let (hours, minutes) = text[at + 1..].split_once(':')?;
    let seconds = digits(hours)? * 3600 + digits(minutes)? * 60;
    Some((&text[..at], if text[at..].starts_with('-') { -seconds } else { seconds }))
}

/// Days since the epoch to year, month, day: Howard Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * shifted_month + 2) / 5 + 1) as u8;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u8;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The inverse of [`civil`].
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

impl Add<Duration> for Time {
    type Output = Time;

    fn add(self, duration: Duration) -> Time {
        Time(self.0.saturating_add(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Time {
    type Output = Time;

    fn sub(self, duration: Duration) -> Time {
        Time(self.0.saturating_sub(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_is_written_as_go_does() {
        assert_eq!(Time::from_secs(1_700_000_000).rfc3339(), "2023-11-14T22:13:20Z");
        assert_eq!(Time::new(1_669_155_568, 870_801_855).rfc3339(), "2022-11-22T22:19:28.870801855Z");
        assert_eq!(Time::new(0, 500_000_000).rfc3339(), "1970-01-01T00:00:00.5Z");
        assert_eq!(Time::new(-1, 0).rfc3339(), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn rfc3339_is_read_with_any_offset() {
        let read = |text| Time::parse_rfc3339(text).map(|time| time.0);
        assert_eq!(read("2022-11-22T22:19:28.870801855Z"), Some(1_669_155_568_870_801_855));
        assert_eq!(read("2000-02-29T01:00:00+01:00"), Some(951_782_400_000_000_000));
        assert_eq!(read("1969-12-31T23:59:59.5Z"), Some(-500_000_000));
        assert_eq!(read("2022-13-22T22:19:28Z"), None);
        assert_eq!(read("yesterday"), None);
    }

    #[test]
    fn seconds_round_down_before_the_epoch() {
        let time = Time(-1);
        assert_eq!((time.secs(), time.nanos()), (-1, 999_999_999));
    }
}
