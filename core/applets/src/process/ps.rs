use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use super::table::{self, Entry};
use crate::frame::getopt::{Matches, Options};
use crate::frame::say;
use crate::frame::table::Ended;
use crate::users::database::Database;

pub(crate) const USAGE: &str = "[-o COL1,COL2=HEADER] [-T]

Show the processes

	-o COL1,COL2=HEADER	These columns
	-T	Threads too";

const OPTIONS: Options = Options::new(USAGE, "o:Taefjlw").short_only();

/// Name, header and width of each column, and what it shows.
struct Column {
    name: &'static str,
    header: &'static str,
    width: usize,
    value: fn(&Entry, &View) -> String,
}

/// A column as it is asked for: a header of one's own sets the width.
struct Shown {
    column: &'static Column,
    header: BString,
    width: usize,
}

/// What the columns need besides the process.
struct View {
    database: Database,
    /// Hundredths of a second since the start of the machine.
    now: u64,
}

const COLUMNS: [Column; 17] = [
    Column { name: "user", header: "USER", width: 8, value: user },
    Column { name: "group", header: "GROUP", width: 8, value: group },
    Column { name: "comm", header: "COMMAND", width: 16, value: |entry, _| entry.comm.to_string() },
    Column { name: "args", header: "COMMAND", width: 256, value: |entry, _| entry.args.to_string() },
    Column { name: "pid", header: "PID", width: 5, value: |entry, _| format!("{:>5}", entry.pid) },
    Column { name: "ppid", header: "PPID", width: 5, value: |entry, _| format!("{:>5}", entry.ppid) },
    Column { name: "pgid", header: "PGID", width: 5, value: |entry, _| format!("{:>5}", entry.pgid) },
    Column { name: "etime", header: "ELAPSED", width: 7, value: elapsed },
    Column { name: "nice", header: "NI", width: 5, value: |_, _| format!("{:>5}", 0) },
    Column { name: "rgroup", header: "RGROUP", width: 8, value: group },
    Column { name: "ruser", header: "RUSER", width: 8, value: user },
    Column { name: "time", header: "TIME", width: 5, value: |entry, _| minutes(entry.worked / 100) },
    Column { name: "tty", header: "TT", width: 6, value: |entry, _| tty(entry) },
    Column { name: "vsz", header: "VSZ", width: 4, value: |entry, _| format!("{:>4}", entry.vsz) },
    Column { name: "sid", header: "SID", width: 5, value: |entry, _| format!("{:>5}", entry.sid) },
    Column { name: "stat", header: "STAT", width: 4, value: |entry, _| entry.state.to_string() },
    Column { name: "rss", header: "RSS", width: 4, value: |entry, _| format!("{:>4}", entry.rss) },
];

const USUAL: &str = "pid,user,time,args";

fn user(entry: &Entry, view: &View) -> String {
    view.database.user_of(entry.uid).map_or_else(|| entry.uid.to_string(), |user| user.name.to_string())
}

fn group(entry: &Entry, view: &View) -> String {
    view.database.group_of(entry.gid).map_or_else(|| entry.gid.to_string(), |group| group.name.to_string())
}

fn minutes(seconds: u64) -> String {
    format!("{:>2}:{:02}", seconds / 60, seconds % 60)
}

fn elapsed(entry: &Entry, view: &View) -> String {
    let seconds = view.now.saturating_sub(entry.started) / 100;
    format!("{:>7}", minutes(seconds))
}

fn tty(entry: &Entry) -> String {
    if entry.has_tty { "136,0".to_owned() } else { "?".to_owned() }
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let columns = columns(p, &opts).await?;
    let view = View { database: Database::read(p).await, now: (p.uptime().as_millis() / 10) as u64 };
    let headers = columns.iter().map(|shown| (shown.header.clone(), shown.width)).collect();
    if columns.iter().any(|shown| !shown.header.is_empty()) {
        say::print(p, line(headers)).await?;
    }
    for entry in table::read(p).await {
        let cells = columns.iter().map(|shown| {
            let mut value = BString::from((shown.column.value)(&entry, &view));
            value.truncate(shown.column.width);
            (value, shown.width)
        });
        say::print(p, line(cells.collect())).await?;
    }
    Ok(Exit(0))
}

/// The columns that are asked for, with their headers.
async fn columns(p: &mut Process, opts: &Matches) -> Result<Vec<Shown>, Exit> {
    let asked: Vec<BString> = opts.values('o').map(|list| list.to_owned()).collect();
    let asked = if asked.is_empty() { vec![USUAL.into()] } else { asked };
    let mut columns = Vec::new();
    for list in &asked {
        for word in list.split_str(",") {
            let (name, header) = match word.split_once_str("=") {
                Some((name, header)) => (name, Some(header)),
                None => (word, None),
            };
            let Some(column) = COLUMNS.iter().find(|column| column.name.as_bytes() == name) else {
                let known: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
                let message = bytes!("bad -o argument '{}', supported arguments: {}", name, known.join(","));
                return Err(say::die(p, message).await);
            };
            let width = header
                .map_or(column.width, |header| if header.is_empty() { column.width } else { header.len() });
            columns.push(Shown {
                column,
                header: header.map_or_else(|| column.header.into(), BString::from),
                width,
            });
        }
    }
    Ok(columns)
}

/// Cells padded to their widths, the last one not.
fn line(cells: Vec<(BString, usize)>) -> BString {
    let count = cells.len();
    let mut text = BString::default();
    for (index, (cell, width)) in cells.into_iter().enumerate() {
        text.extend_from_slice(&cell);
        if index + 1 < count {
            text.extend(std::iter::repeat_n(b' ', width.saturating_sub(cell.len()) + 1));
        }
    }
    text.push(b'\n');
    text
}
