//! cal.

use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say};
use crate::time::civil::Civil;

pub(crate) const USAGE: &str = "[-jmy] [[MONTH] YEAR]

Print a calendar

	-j	Days are counted from the first of January
	-m	Weeks begin on Monday
	-y	The whole year";

const OPTIONS: Options = Options::new(USAGE, "jmy").operands(0, 2);

const MONTHS: [&str; 12] = [
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
const DAYS: [&str; 7] = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];
/// The width of an empty row of a year.
const YEAR_ROW: usize = 79;

/// How a calendar is laid out.
#[derive(Debug, Clone, Copy)]
struct Calendar {
    julian: bool,
    monday: bool,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let now = Civil::from_seconds(p.now().secs());
    let (mut month, mut year) = (Some(now.month as u64), now.year as u64);
    let words = &opts.operands;
    if let Some(last) = words.last() {
        let read = number::unsigned(last.as_ref(), 1, 9999, &[]).and_then(|value| {
            year = value;
            match words.as_slice() {
                [first, _] => number::unsigned(first.as_ref(), 1, 12, &[]).map(Some),
                _ => Ok(None),
            }
        });
        match read {
            Ok(read) => month = read,
            Err(message) => return Err(say::die(p, message).await),
        }
    }
    if opts.has('y') {
        month = None;
    }
    let calendar = Calendar { julian: opts.has('j'), monday: opts.has('m') };
    let text = match month {
        Some(month) => calendar.month(year as i64, month as i64),
        None => calendar.year(year as i64),
    };
    say::print(p, text).await?;
    Ok(Exit(0))
}

impl Calendar {
    fn day_width(self) -> usize {
        if self.julian { 4 } else { 3 }
    }

    /// The width of a month without the blank after its last column.
    fn width(self) -> usize {
        7 * self.day_width() - 1
    }

    fn weekdays(self) -> String {
        let shift = usize::from(self.monday);
        let names: Vec<&str> = (0..7).map(|day| DAYS[(day + shift) % 7]).collect();
        if self.julian { format!(" {}", names.join("  ")) } else { names.join(" ") }
    }

    fn month(self, year: i64, month: i64) -> String {
        let title = format!("{} {year}", MONTHS[month as usize - 1]);
        let margin = " ".repeat((self.width() - title.len()) / 2);
        let mut text = format!("{margin}{title}\n{}\n", self.weekdays());
        for row in self.rows(year, month) {
            text += if row.trim().is_empty() { &row } else { row.trim_end() };
            text.push('\n');
        }
        text
    }

    fn year(self, year: i64) -> String {
        let columns = if self.julian { 2 } else { 3 };
        let whole = self.width() * columns + 2 * (columns - 1);
        let mut text = format!("{}\n\n", center(&year.to_string(), whole));
        for first in (1..=12).step_by(columns) {
            let months = first..first + columns as i64;
            let titles: Vec<String> =
                months.clone().map(|month| center(MONTHS[month as usize - 1], self.width())).collect();
            text += &format!("{}\n{}\n", titles.join("  "), vec![self.weekdays(); columns].join("  "));
            let rows: Vec<Vec<String>> = months.map(|month| self.rows(year, month)).collect();
            for row in 0..6 {
                let line: Vec<&str> = rows.iter().map(|month| month[row].as_str()).collect();
                let line = line.join(" ");
                match line.trim_end() {
                    "" => text += &" ".repeat(YEAR_ROW),
                    line => text += line,
                }
                text.push('\n');
            }
        }
        text
    }

    /// The six weeks of a month, each with a blank after its last day.
    fn rows(self, year: i64, month: i64) -> Vec<String> {
        let start = (weekday(year, month, 1) - i64::from(self.monday)).rem_euclid(7);
        let mut cells: Vec<Option<i64>> = vec![None; start as usize];
        cells.extend((1..=month_length(year, month)).filter(|day| !skipped(year, month, *day)).map(Some));
        cells.resize(42, None);
        let width = self.day_width() - 1;
        let cell = |day: &Option<i64>| match day {
            None => " ".repeat(width + 1),
            Some(day) if self.julian => format!("{:width$} ", day_of_year(year, month, *day)),
            Some(day) => format!("{day:width$} "),
        };
        cells.chunks(7).map(|week| week.iter().map(cell).collect()).collect()
    }
}

fn center(text: &str, width: usize) -> String {
    let left = (width - text.len()) / 2;
    format!("{}{text}{}", " ".repeat(left), " ".repeat(width - text.len() - left))
}

/// Whether the day is one of those that the change of calendars in 1752 left out.
fn skipped(year: i64, month: i64, day: i64) -> bool {
    (year, month) == (1752, 9) && (3..=13).contains(&day)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year <= 1752 || year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn day_of_year(year: i64, month: i64, day: i64) -> i64 {
    day + (1..month).map(|month| month_length(year, month)).sum::<i64>()
}

/// 0 is Sunday; the Julian calendar holds until 2 September 1752.
fn weekday(year: i64, month: i64, day: i64) -> i64 {
    if (year, month, day) > (1752, 9, 2) {
        return Civil { year, month, day, hour: 0, minute: 0, second: 0 }.weekday();
    }
    let days = (year - 1) * 365 + (year - 1) / 4 + day_of_year(year, month, day);
    // The first of January of the year 1 was a Saturday.
    (days + 5).rem_euclid(7)
}
