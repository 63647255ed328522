use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use super::civil::Civil;
use super::strftime::{MONTHS, WEEKDAYS};
use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say};

pub(crate) const USAGE: &str = "[-jmy] [[MONTH] YEAR]

Print a calendar

	-j	Days of the year
	-m	Weeks begin on Monday
	-y	The whole year";

const OPTIONS: Options = Options::new(USAGE, "jmy").operands(0, 2).short_only();

/// How a month is laid out.
#[derive(Clone, Copy)]
struct Style {
    julian: bool,
    monday: bool,
}

impl Style {
    /// Columns of a day with the blank after it.
    fn day(self) -> usize {
        if self.julian { 4 } else { 3 }
    }

    fn week(self) -> usize {
        7 * self.day() - 1
    }
}

/// The first whole year of the Gregorian calendar in Britain, which busybox follows.
const GREGORIAN: i64 = 1753;
/// Blanks in a row of empty weeks in the calendar of a year.
const BLANK: usize = 79;

/// Lines of a month below its name and the days' names.
const WEEKS: usize = 6;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let now = Civil::from_seconds(p.now().secs());
    let (mut year, mut month) = (now.year, Some(now.month));
    let mut words = opts.operands.iter();
    if opts.operands.len() == 2 {
        month = Some(asked(p, words.next(), 1, 12).await?);
    } else if opts.operands.len() == 1 || opts.has('y') {
        month = None;
    }
    if let Some(word) = words.next() {
        year = asked(p, Some(word), 1, 9999).await?;
    }
    if year < GREGORIAN {
        return Err(
            say::die(p, format!("the year {year}: calendars before {GREGORIAN} are not simulated")).await
        );
    }
    let style = Style { julian: opts.has('j'), monday: opts.has('m') };
    let text = match month {
        Some(month) => one(style, year, month),
        None => whole(style, year),
    };
    say::print(p, text).await?;
    Ok(Exit(0))
}

async fn asked(p: &mut Process, word: Option<&BString>, least: u64, most: u64) -> Result<i64, Exit> {
    let word = word.map(|word| word.as_bstr()).unwrap_or_default();
    match number::unsigned(word, least, most, &[]) {
        Ok(value) => Ok(i64::try_from(value).unwrap_or(1)),
        Err(message) => Err(say::die(p, message).await),
    }
}

/// A line centred, blanks on the left alone.
fn centred(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.len()) / 2))
}

fn day_names(style: Style) -> String {
    let first = usize::from(style.monday);
    let names =
        (0..7).map(|at| format!("{:>width$}", &WEEKDAYS[(at + first) % 7][..2], width = style.day() - 1));
    names.collect::<Vec<_>>().join(" ")
}

/// The weeks of a month, each line as wide as its last day.
fn weeks(style: Style, year: i64, month: i64) -> Vec<String> {
    let first = Civil { year, month, day: 1, hour: 0, minute: 0, second: 0 };
    let days = Civil { month: month + 1, ..first }.seconds() / 86400 - first.seconds() / 86400;
    let shift = (first.weekday() - i64::from(style.monday)).rem_euclid(7);
    let offset = if style.julian { first.day_of_year() } else { 0 };
    let cell = |slot: i64| {
        let day = slot - shift + 1;
        let text = if (1..=days).contains(&day) { (day + offset).to_string() } else { String::new() };
        format!("{text:>width$}", width = style.day() - 1)
    };
    let line = |week: usize| {
        let week = i64::try_from(week).unwrap_or(0);
        let cells: Vec<String> = (0..7).map(|slot| cell(week * 7 + slot)).collect();
        cells.join(" ").trim_end().to_owned()
    };
    (0..WEEKS).map(line).collect()
}

fn one(style: Style, year: i64, month: i64) -> String {
    let name = format!("{} {year}", MONTHS[usize::try_from(month - 1).unwrap_or(0)]);
    let mut text = format!("{}\n{}\n", centred(&name, style.week()), day_names(style));
    for line in weeks(style, year, month) {
        let line = if line.is_empty() { " ".repeat(style.week() + 1) } else { line };
        text += &line;
        text.push('\n');
    }
    text
}

/// Three months beside each other, or two in days of the year.
fn whole(style: Style, year: i64) -> String {
    let (across, gap) = if style.julian { (2, 2) } else { (3, 2) };
    let width = across * style.week() + (across - 1) * gap;
    let title = year.to_string();
    let left = (width - title.len()) / 2;
    let mut text = format!("{}{title}{}\n\n", " ".repeat(left), " ".repeat(width - title.len() - left));
    let (between, blank) = (" ".repeat(gap), " ".repeat(BLANK));
    for first in (1..=12).step_by(across) {
        let months: Vec<i64> = (0..across).map(|at| i64::try_from(first + at).unwrap_or(1)).collect();
        let full = |line: &str| format!("{line:<width$}", width = style.week());
        let title =
            |month: &i64| full(&centred(MONTHS[usize::try_from(month - 1).unwrap_or(0)], style.week()));
        let join = |cells: Vec<String>| cells.join(&between);
        text += &join(months.iter().map(title).collect());
        text.push('\n');
        text += &join(months.iter().map(|_| day_names(style)).collect());
        text.push('\n');
        let columns: Vec<Vec<String>> = months.iter().map(|month| weeks(style, year, *month)).collect();
        for week in 0..WEEKS {
            let line = join(columns.iter().map(|column| full(&column[week])).collect());
            let line = line.trim_end();
            text += if line.is_empty() { &blank } else { line };
            text.push('\n');
        }
    }
    text
}
