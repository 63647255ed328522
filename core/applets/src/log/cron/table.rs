//! Tables of timed commands (crontab(5) as busybox reads it).

use bstr::{BString, ByteSlice};

use crate::time::civil::Civil;

/// When a command is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Once after a boot.
    Boot,
    /// In minutes whose numbers are all in the sets.
    Minutes(Box<Sets>),
}

/// The bits of minutes, hours, days, months from 0, and days of the week from Sunday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sets {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
}

/// A line of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) when: When,
    pub(super) command: BString,
    pub(super) shell: BString,
    /// Whether its output is to be mailed to somebody.
    pub(super) mails: bool,
}

const SPECIAL: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl When {
    pub(super) fn matches(&self, now: &Civil) -> bool {
        let When::Minutes(sets) = self else { return false };
        let has = |set: u64, number: i64| set >> number & 1 == 1;
        has(sets.minutes, now.minute)
            && has(sets.hours, now.hour)
            && has(sets.months, now.month - 1)
            && (has(sets.days, now.day) || has(sets.weekdays, now.weekday()))
    }
}

/// The jobs of a table, and the words that are no times.
pub(super) fn parse(text: &[u8]) -> (Vec<Job>, Vec<BString>) {
    let (mut jobs, mut wrong) = (Vec::new(), Vec::new());
    let mut shell = BString::from("/bin/sh");
    let mut mails = false;
    for line in text.lines() {
        let line = line.trim_with(|c| c == ' ' || c == '\t');
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        if let Some(to) = line.strip_prefix(b"MAILTO=") {
            mails = !to.is_empty();
        } else if let Some(path) = line.strip_prefix(b"SHELL=") {
            shell = path.into();
        } else if let Some((when, command)) = entry(line, &mut wrong) {
            jobs.push(Job { when, command, shell: shell.clone(), mails });
        }
    }
    (jobs, wrong)
}

fn entry(line: &[u8], wrong: &mut Vec<BString>) -> Option<(When, BString)> {
    if line.starts_with(b"@") {
        let (name, command) = word(line)?;
        if name == b"@reboot" {
            return Some((When::Boot, command.into()));
        }
        let (_, times) = SPECIAL.iter().find(|(known, _)| known.as_bytes() == name)?;
        let (sets, _) = sets(times.as_bytes(), wrong)?;
        return Some((sets, command.into()));
    }
    let (when, command) = sets(line, wrong)?;
    (!command.is_empty()).then(|| (when, command.into()))
}

/// The first word of a line, and what follows.
fn word(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = line.find_byteset(b" \t").unwrap_or(line.len());
    let rest = line[end..].trim_start_with(|c| c == ' ' || c == '\t');
    (end > 0).then_some((&line[..end], rest))
}

/// Five fields, and the rest of the line.
fn sets<'l>(line: &'l [u8], wrong: &mut Vec<BString>) -> Option<(When, &'l [u8])> {
    let mut rest = line;
    let mut fields = [0; 5];
    // How many numbers a field has, the first one, and names for them.
    let shapes: [(u64, u64, &[&str]); 5] =
        [(60, 0, &[]), (24, 0, &[]), (32, 0, &[]), (12, 1, &MONTHS), (8, 0, &DAYS)];
    for (set, (count, first, names)) in fields.iter_mut().zip(shapes) {
        let (text, after) = word(rest)?;
        rest = after;
        match field(text, count, first, names) {
            Some(bits) => *set = bits,
            // The job stays, and is never due in that field.
            None => wrong.push(text.into()),
        }
    }
    let [minutes, hours, mut days, months, mut weekdays] = fields;
    if weekdays >> 7 & 1 == 1 {
        weekdays |= 1;
    }
    // A day is due when either field names it, and one that names all counts only with the other.
    let all = (days & 0xffff_fffe == 0xffff_fffe, weekdays & 0x7f == 0x7f);
    match all {
        (true, false) => days = 0,
        (false, true) => weekdays = 0,
        _ => {}
    }
    Some((When::Minutes(Box::new(Sets { minutes, hours, days, months, weekdays })), rest))
}

/// `*`, `1`, `1-5`, `mon`, each with `/STEP`, in lists.
fn field(text: &[u8], count: u64, first: u64, names: &[&str]) -> Option<u64> {
    let mut bits = 0;
    for part in text.split_str(",") {
        let (range, step) = match part.split_once_str("/") {
            Some((range, step)) => (range, step.to_str().ok()?.parse::<u64>().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let (from, to) = match range.split_once_str("-") {
            _ if range == b"*" => (0, count - 1),
            Some((from, to)) => (number(from, count, first, names)?, number(to, count, first, names)?),
            None => {
                let only = number(range, count, first, names)?;
                (only, if step > 1 { count - 1 } else { only })
            }
        };
        // The first of a range is in it, and then each STEP-th; a range may go round.
        for along in 0..count {
            let at = (from + along) % count;
            if along % step == 0 {
                bits |= 1 << at;
            }
            if at == to {
                break;
            }
        }
    }
    Some(bits)
}

fn number(text: &[u8], count: u64, first: u64, names: &[&str]) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    if let Some(at) = names.iter().position(|name| lower.starts_with(name.as_bytes())) {
        return u64::try_from(at).ok();
    }
    let number: u64 = text.to_str().ok()?.parse().ok()?;
    number.checked_sub(first).filter(|number| *number < count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_sets() {
        let bits = |text: &str, count, first, names: &[&str]| field(text.as_bytes(), count, first, names);
        assert_eq!(bits("*/15", 60, 0, &[]), Some(1 | 1 << 15 | 1 << 30 | 1 << 45));
        assert_eq!(bits("1-3,7", 8, 0, &DAYS), Some(0b1000_1110));
        assert_eq!(bits("mon-wed", 8, 0, &DAYS), Some(0b1110));
        assert_eq!(bits("feb,12", 12, 1, &MONTHS), Some(0b1000_0000_0010));
        assert_eq!(bits("99", 60, 0, &[]), None);
        assert_eq!(bits("*/0", 60, 0, &[]), None);
    }
}
