//! Time zones as the `TZ` variable writes them (POSIX XBD 8.3); names of zone files are UTC, as in musl without tzdata.

use bstr::{BStr, BString, ByteSlice};

use super::civil::Civil;

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    standard: Offset,
    summer: Option<Summer>,
}

/// A name and the seconds that clocks there are ahead of UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offset {
    /// What `%Z` prints.
    pub name: BString,
    /// Seconds east of UTC.
    pub seconds: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Summer {
    offset: Offset,
    /// Begin and end; without them musl takes it to be always summer.
    rules: Option<(Rule, Rule)>,
}

/// A day of the year, and the seconds of its local clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    day: Day,
    seconds: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    /// `Jn`: 1 to 365, 29 February never counts.
    Julian(i64),
    /// `n`: 0 to 365.
    Zero(i64),
    /// `Mm.w.d`: the weekday `d` of week `w` (5: the last) of month `m`.
    Month(i64, i64, i64),
}

/// The longest name that musl keeps.
const NAME: usize = 6;

impl Zone {
    /// Coordinated Universal Time.
    pub fn utc() -> Self {
        Self::named("UTC")
    }

    fn named(name: &str) -> Self {
        Self { standard: Offset { name: name.into(), seconds: 0 }, summer: None }
    }

    /// The zone of a `TZ` value; what it does not understand is UTC.
    pub fn of(text: Option<&BStr>) -> Self {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Self::utc() };
        if text == "GMT" {
            return Self::named("GMT");
        }
        parse(text).unwrap_or_else(Self::utc)
    }

    /// The offset in force at a second since 1970.
    pub fn at(&self, seconds: i64) -> &Offset {
        let Some(summer) = &self.summer else { return &self.standard };
        let Some((begin, end)) = summer.rules else { return &summer.offset };
        let year = Civil::from_seconds(seconds + self.standard.seconds).year;
        let begin = begin.in_year(year) - self.standard.seconds;
        let end = end.in_year(year) - summer.offset.seconds;
        let is_summer =
            if begin < end { (begin..end).contains(&seconds) } else { !(end..begin).contains(&seconds) };
        if is_summer { &summer.offset } else { &self.standard }
    }

    /// The second of a local time, given as the second that it would be in UTC.
    pub fn from_local(&self, local: i64) -> i64 {
        let guess = local - self.at(local - self.standard.seconds).seconds;
        local - self.at(guess).seconds
    }
}

impl Rule {
    /// The local second in a year.
    fn in_year(self, year: i64) -> i64 {
        let first = Civil { year, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
        let midnight = match self.day {
            Day::Zero(day) => Civil { day: day + 1, ..first }.seconds(),
            Day::Julian(day) => {
                let leap = Civil { month: 3, ..first }.day_of_year() == 60;
                Civil { day: day + i64::from(leap && day >= 60), ..first }.seconds()
            }
            Day::Month(month, week, weekday) => {
                let first = Civil { month, ..first };
                let to_weekday = (weekday - first.weekday()).rem_euclid(7);
                let day = 1 + to_weekday + 7 * (week - 1);
                let days = Civil { month: month + 1, ..first }.seconds() / 86400 - first.seconds() / 86400;
                Civil { day: if day > days { day - 7 } else { day }, ..first }.seconds()
            }
        };
        midnight + self.seconds
    }
}

/// `std offset [dst [offset] [,begin[/time],end[/time]]]`
fn parse(text: &BStr) -> Option<Zone> {
    let mut rest = text.as_bytes();
    let name = take_name(&mut rest)?;
    let seconds = -take_offset(&mut rest)?;
    let standard = Offset { name, seconds };
    if rest.is_empty() {
        return Some(Zone { standard, summer: None });
    }
    let Some(name) = take_name(&mut rest) else { return Some(Zone { standard, summer: None }) };
    let seconds = take_offset(&mut rest).map_or(seconds + 3600, |west| -west);
    let rules = take_rule(&mut rest).and_then(|begin| Some((begin, take_rule(&mut rest)?)));
    Some(Zone { standard, summer: Some(Summer { offset: Offset { name, seconds }, rules }) })
}

fn take_name(rest: &mut &[u8]) -> Option<BString> {
    let (name, after) = match rest.strip_prefix(b"<") {
        Some(quoted) => quoted.split_once_str(">")?,
        None => rest.split_at(rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count()),
    };
    *rest = after;
    (!name.is_empty()).then(|| name[..name.len().min(NAME)].into())
}

/// `[+-]hh[:mm[:ss]]` in seconds.
fn take_offset(rest: &mut &[u8]) -> Option<i64> {
    let (sign, mut after) = match rest {
        [b'-', after @ ..] => (-1, after),
        [b'+', after @ ..] => (1, after),
        _ => (1, &rest[..]),
    };
    let mut seconds = 3600 * take_number(&mut after)?;
    for unit in [60, 1] {
        let Some(mut next) = after.strip_prefix(b":") else { break };
        seconds += unit * take_number(&mut next)?;
        after = next;
    }
    *rest = after;
    Some(sign * seconds)
}

fn take_number(rest: &mut &[u8]) -> Option<i64> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count().min(6);
    let (number, after) = rest.split_at(digits);
    *rest = after;
    number.to_str().ok()?.parse().ok()
}

/// `,Mm.w.d/time` and its like; two o'clock without a time.
fn take_rule(rest: &mut &[u8]) -> Option<Rule> {
    let mut after = rest.strip_prefix(b",")?;
    let day = match after {
        [b'M', tail @ ..] => {
            after = tail;
            let month = take_number(&mut after)?;
            after = after.strip_prefix(b".")?;
            let week = take_number(&mut after)?;
            after = after.strip_prefix(b".")?;
            Day::Month(month, week, take_number(&mut after)?)
        }
        [b'J', tail @ ..] => {
            after = tail;
            Day::Julian(take_number(&mut after)?)
        }
        _ => Day::Zero(take_number(&mut after)?),
    };
    let mut seconds = 7200;
    if let Some(mut time) = after.strip_prefix(b"/") {
        seconds = take_offset(&mut time)?;
        after = time;
    }
    *rest = after;
    Some(Rule { day, seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: &str, seconds: i64) -> (String, i64) {
        let zone = Zone::of(Some(zone.into()));
        let offset = zone.at(seconds);
        (offset.name.to_string(), offset.seconds)
    }

    #[test]
    fn zones_of_the_north_and_the_south() {
        let new_york = "EST5EDT,M3.2.0,M11.1.0";
        assert_eq!(at(new_york, 1_700_000_000), ("EST".into(), -18000));
        assert_eq!(at(new_york, 1_690_000_000), ("EDT".into(), -14400));
        let sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
        assert_eq!(at(sydney, 1_700_000_000), ("AEDT".into(), 39600));
        assert_eq!(at("CET-1CEST,J60,J300", 1_700_000_000), ("CET".into(), 3600));
        assert_eq!(at("<+0530>-5:30", 0), ("+0530".into(), 19800));
    }

    #[test]
    fn what_is_no_zone_is_utc() {
        for text in ["", ":UTC-3", "Europe/Berlin", "EST", "5", ",", "<x"] {
            assert_eq!(at(text, 0), ("UTC".into(), 0), "{text}");
        }
    }

    #[test]
    fn local_times_and_back() {
        let zone = Zone::of(Some("EST5EDT,M3.2.0,M11.1.0".into()));
        for seconds in [1_719_849_600, 1_704_128_400] {
            assert_eq!(zone.from_local(seconds + zone.at(seconds).seconds), seconds);
        }
    }
}
