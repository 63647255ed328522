use api::TopRow;
use vfs::Time;

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
};

pub(crate) const COMMAND: Command = Command {
    names: &["top", "container top"],
    usage: "CONTAINER [ps OPTIONS]",
    summary: "Display the running processes of a container",
    args: ArgRule::AtLeast(1),
    interspersed: false,
    run,
    ..BASE
};

/// A column: its name, as `-o` takes it, its header and its value.
type Column = (&'static str, &'static str, fn(&TopRow) -> String);

const COLUMNS: [Column; 10] = [
    ("uid", "UID", |row| row.user.clone()),
    ("user", "USER", |row| row.user.clone()),
    ("pid", "PID", |row| row.pid.to_string()),
    ("ppid", "PPID", |row| row.parent.to_string()),
    ("c", "C", |_| "0".to_owned()),
    ("stime", "STIME", |row| clock(row.started)),
    ("tty", "TTY", |row| if row.has_terminal { "pts/0" } else { "?" }.to_owned()),
    ("time", "TIME", |row| span(row.worked / 1_000_000_000)),
    ("cmd", "CMD", |row| row.command.clone()),
    ("comm", "COMMAND", |row| row.name.clone()),
];

/// The columns of `ps -ef`.
const USUAL: [&str; 8] = ["uid", "pid", "ppid", "c", "stime", "tty", "time", "cmd"];

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let (name, options) = call.args().split_first().ok_or_else(|| Failure::client("no container"))?;
    let (name, options) = (name.clone(), options.join(" "));
    let wanted: Vec<String> = match options.trim() {
        "" | "-ef" => USUAL.iter().map(|name| (*name).to_owned()).collect(),
        text => match text.strip_prefix("-eo").or_else(|| text.strip_prefix("-o")) {
            Some(list) => list.split([',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            None => {
                let text =
                    format!("glasshull: the options {text} of ps are not simulated; -o with columns is");
                return Err(Failure::client(text));
            }
        },
    };
    let mut columns: Vec<&Column> = Vec::new();
    for name in &wanted {
        let found = COLUMNS.iter().find(|column| column.0 == *name || name == "args" && column.0 == "cmd");
        columns.push(found.ok_or_else(|| {
            Failure::client(format!("glasshull: the column {name} of ps is not simulated"))
        })?);
    }
    let rows = call.backend.top(&name)?;
    if !wanted.iter().any(|name| name == "pid") {
        return Err(Failure::client("Error response from daemon: Couldn't find PID field in ps output"));
    }
    let mut lines = vec![line(columns.iter().map(|column| column.1.to_owned()))];
    lines.extend(rows.iter().map(|row| line(columns.iter().map(|column| column.2(row)))));
    call.print(lines.concat());
    Ok(0)
}

/// Docker lays these columns out 20 wide.
fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    let last = cells.len().saturating_sub(1);
    let padded = cells.iter().enumerate().map(|(at, cell)| match at == last {
        true => cell.clone(),
        false => format!("{:<width$}", cell, width = (cell.len() + 3).max(20)),
    });
    padded.collect::<String>() + "\n"
}

fn clock(time: Time) -> String {
    let seconds = time.secs().rem_euclid(86_400);
    format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60)
}

fn span(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
