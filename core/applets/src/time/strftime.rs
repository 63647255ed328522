//! `strftime` of musl in the C locale.

use bstr::{BString, ByteSlice};

use super::civil::Civil;
use super::zone::{Offset, Zone};

/// Full names; the first three letters are the abbreviation.
pub const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// Full names; the first three letters are the abbreviation.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Formats a second since 1970 in UTC. As in musl, a conversion that is not known ends the text there.
pub fn strftime(format: &[u8], seconds: i64) -> BString {
    strftime_in(format, seconds, &Zone::utc())
}

/// [`strftime`] in a time zone.
pub fn strftime_in(format: &[u8], seconds: i64, zone: &Zone) -> BString {
    let offset = zone.at(seconds);
    Moment { civil: Civil::from_seconds(seconds.saturating_add(offset.seconds)), seconds, offset }
        .format(format)
}

/// A second, and what clocks show then.
struct Moment<'a> {
    civil: Civil,
    seconds: i64,
    offset: &'a Offset,
}

impl Moment<'_> {
    fn format(&self, format: &[u8]) -> BString {
        let mut text = BString::default();
        let mut rest = format;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            if byte != b'%' {
                text.push(byte);
                continue;
            }
            let Some(taken) = conversion(rest, self, &mut text) else { break };
            rest = &rest[taken..];
        }
        text
    }
}

/// One conversion after its `%`; how many bytes it took.
fn conversion(format: &[u8], moment: &Moment<'_>, text: &mut BString) -> Option<usize> {
    let pad = format.first().copied().filter(|byte| b"-_0".contains(byte));
    let mut at = usize::from(pad.is_some());
    let plus = format.get(at) == Some(&b'+');
    at += usize::from(plus);
    let digits = format[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let width: usize = format[at..at + digits].to_str().ok()?.parse().unwrap_or(0);
    at += digits;
    if matches!(format.get(at), Some(b'E' | b'O')) {
        at += 1;
    }
    let letter = *format.get(at)?;
    let part = part(letter, moment, pad)?;
    let part = if b"CFGY".contains(&letter) { widen(part, width.min(1024), plus) } else { part };
    text.extend_from_slice(part.as_bytes());
    Some(at + 1)
}

fn part(letter: u8, moment: &Moment<'_>, pad: Option<u8>) -> Option<String> {
    let civil = &moment.civil;
    let weekday = WEEKDAYS[usize::try_from(civil.weekday()).ok()?];
    let month = MONTHS[usize::try_from(civil.month - 1).ok()?];
    let number = |value: i64, width: usize, usual: u8| padded(value, width, pad.unwrap_or(usual));
    let again = |format: &str| moment.format(format.as_bytes()).to_string();
    let (iso_year, iso_week) = civil.iso_week();
    let hour12 = (civil.hour + 11) % 12 + 1;
    Some(match letter {
        b'a' => weekday[..3].to_owned(),
        b'A' => weekday.to_owned(),
        b'b' | b'h' => month[..3].to_owned(),
        b'B' => month.to_owned(),
        b'c' => again("%a %b %e %T %Y"),
        b'C' => number(civil.year.div_euclid(100), 2, b'0'),
        b'd' => number(civil.day, 2, b'0'),
        b'D' | b'x' => again("%m/%d/%y"),
        b'e' => number(civil.day, 2, b'_'),
        b'F' => again("%Y-%m-%d"),
        b'g' => number(iso_year.rem_euclid(100), 2, b'0'),
        b'G' => year(iso_year),
        b'H' => number(civil.hour, 2, b'0'),
        b'I' => number(hour12, 2, b'0'),
        b'j' => number(civil.day_of_year() + 1, 3, b'0'),
        b'm' => number(civil.month, 2, b'0'),
        b'M' => number(civil.minute, 2, b'0'),
        b'n' => "\n".to_owned(),
        b'p' => if civil.hour < 12 { "AM" } else { "PM" }.to_owned(),
        b'r' => again("%I:%M:%S %p"),
        b'R' => again("%H:%M"),
        b's' => moment.seconds.to_string(),
        b'S' => number(civil.second, 2, b'0'),
        b't' => "\t".to_owned(),
        b'T' | b'X' => again("%H:%M:%S"),
        b'u' => ((civil.weekday() + 6) % 7 + 1).to_string(),
        b'U' => number((civil.day_of_year() + 7 - civil.weekday()) / 7, 2, b'0'),
        b'V' => number(iso_week, 2, b'0'),
        b'w' => civil.weekday().to_string(),
        b'W' => number((civil.day_of_year() + 7 - (civil.weekday() + 6) % 7) / 7, 2, b'0'),
        b'y' => number(civil.year.rem_euclid(100), 2, b'0'),
        b'Y' => year(civil.year),
        b'z' => numeric(moment.offset.seconds),
        b'Z' => moment.offset.name.to_string(),
        b'%' => "%".to_owned(),
        _ => return None,
    })
}

/// `+hhmm`
fn numeric(offset: i64) -> String {
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

fn padded(value: i64, width: usize, pad: u8) -> String {
    match pad {
        b'-' => value.to_string(),
        b'_' => format!("{value:width$}"),
        _ => format!("{value:0width$}"),
    }
}

/// Four digits; a year beyond 9999 has a plus.
fn year(year: i64) -> String {
    if year > 9999 { format!("+{year}") } else { format!("{year:04}") }
}

fn widen(text: String, width: usize, plus: bool) -> String {
    let sign = if plus && text.len() < width && !text.starts_with('+') { "+" } else { "" };
    let missing = width.saturating_sub(text.len() + sign.len());
    format!("{sign}{}{text}", "0".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::strftime;

    #[test]
    fn all_of_musls_conversions() {
        let all = b"%a|%A|%b|%B|%c|%C|%d|%D|%e|%F|%g|%G|%h|%H|%I|%j|%m|%M|%n|%p|%r|%R|%s|%S|%t|%T|%u|%U|%V|%w|%W|%x|%X|%y|%Y|%z|%Z|%%|%N|";
        assert_eq!(
            strftime(all, 1_709_211_909),
            "Thu|Thursday|Feb|February|Thu Feb 29 13:05:09 2024|20|29|02/29/24|29|2024-02-29|24|2024|Feb|13|01|060|02|05|\n|PM|01:05:09 PM|13:05|1709211909|09|\t|13:05:09|4|08|09|4|09|02/29/24|13:05:09|24|2024|+0000|UTC|%|"
        );
    }

    #[test]
    fn flags_and_ends() {
        assert_eq!(strftime(b"%-d|%_d|%d|%EY|%Od|%e|%q|x", 0), "1| 1|01|1970|01| 1|");
        assert_eq!(strftime(b"%Y", 253_402_300_800), "+10000");
        assert_eq!(strftime(b"a%", 0), "a");
    }
}
