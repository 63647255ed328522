use core::time::Duration;
use std::cmp::Reverse;

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process, TermSettings};

use super::table::{self, Entry};
use crate::frame::getopt::Options;
use crate::frame::stream::{self, STDIN, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{duration, number, say};
use crate::users::database::Database;

pub(crate) const USAGE: &str = "[-bmH] [-n COUNT] [-d SECONDS]

Show what the processes do, again and again.
Keys: N P M T sort by number, work, memory and time, R turns the order, Q ends

	-b	Print one screen after the other
	-n N	End after N of them
	-d SEC	Seconds in between
	-m	Memory
	-H	Threads";

const OPTIONS: Options = Options::new(USAGE, "d:n:bHm").short_only();

/// Columns and lines where there is no terminal to ask.
const COLUMNS: usize = 512;
/// How long it looks at first to tell who works.
const FIRST_LOOK: Duration = Duration::from_millis(500);
/// What is taken from the screen by the summary.
const SUMMARY: usize = 4;

struct View {
    screen: Option<(usize, usize)>,
    sort: u8,
    reversed: bool,
    database: Database,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.has('m') {
        return Err(say::die(p, "-m: memory maps are not simulated").await);
    }
    let times = match opts.value('n').map(|text| number::unsigned(text, 1, u64::from(u32::MAX), &[])) {
        Some(Err(message)) => return Err(say::die(p, message).await),
        Some(Ok(times)) => times,
        None => u64::MAX,
    };
    let period = match duration::duration(opts.value('d').unwrap_or("5".into())) {
        Ok(period) => period,
        Err(message) => return Err(say::die(p, message).await),
    };
    let batch = opts.has('b');
    let size = p.term_size(STDOUT).ok().filter(|_| !batch);
    let screen = size.map(|(columns, rows)| (usize::from(columns), usize::from(rows)));
    let mut view = View { screen, sort: b'p', reversed: false, database: Database::read(p).await };
    let settings = p.term_settings(STDIN).ok().filter(|_| !batch);
    if let Some(settings) = settings {
        // It is a terminal.
        let _ = p.set_term_settings(STDIN, TermSettings { canonical: false, echo: false, ..settings });
    }
    let ended = rounds(p, &mut view, times, period, settings.is_some()).await;
    if let Some(settings) = settings {
        let _ = p.set_term_settings(STDIN, settings);
    }
    ended
}

async fn rounds(p: &mut Process, view: &mut View, times: u64, period: Duration, keys: bool) -> Ended {
    let mut before = table::read(p).await;
    let mut passed = FIRST_LOOK;
    if p.sleep(passed).await.is_err() {
        return Ok(Exit(0));
    }
    for round in 0..times {
        let now = table::read(p).await;
        let text = view.page(p, &before, &now, passed).await;
        say::print(p, text).await?;
        say::flush(p).await?;
        before = now;
        passed = period;
        if round + 1 < times && !pause(p, view, period, keys).await {
            break;
        }
    }
    if view.screen.is_some() {
        say::print(p, "\n").await?;
    }
    Ok(Exit(0))
}

/// Waits for the next round, or for a key; false when it shall end.
async fn pause(p: &mut Process, view: &mut View, period: Duration, keys: bool) -> bool {
    if !keys {
        return p.sleep(period).await.is_ok();
    }
    match p.wait_readable(STDIN, Some(period)).await {
        Ok(false) => return true,
        Ok(true) => {}
        Err(_) => return false,
    }
    let typed = p.read(STDIN, 64).await.unwrap_or_default();
    for key in typed.to_ascii_lowercase() {
        match key {
            b'q' | 3 => return false,
            b'n' | b'm' | b'p' | b't' => view.sort = key,
            b'r' => view.reversed = !view.reversed,
            _ => {}
        }
    }
    !typed.is_empty()
}

/// Tenths of a percent.
fn share(part: u64, whole: u64) -> u64 {
    part.saturating_mul(1000).checked_div(whole).unwrap_or(0)
}

/// A column of four: percents, with tenths below ten in none.
fn percent(tenths: u64) -> String {
    format!("{:>3}%", (tenths + 5) / 10)
}

impl View {
    async fn page(&self, p: &mut Process, before: &[Entry], now: &[Entry], passed: Duration) -> BString {
        let worked = |entry: &Entry| {
            let old = before.iter().find(|old| old.pid == entry.pid).map_or(0, |old| old.worked);
            entry.worked.saturating_sub(old)
        };
        let hundredths = u64::try_from(passed.as_millis() / 10).unwrap_or(u64::MAX).max(1);
        let total = memory(p, "MemTotal:").await;
        let mut rows: Vec<(&Entry, u64)> = now.iter().map(|entry| (entry, worked(entry))).collect();
        match self.sort {
            b'n' => rows.sort_by_key(|(entry, _)| Reverse(entry.pid)),
            b'm' => rows.sort_by_key(|(entry, _)| Reverse(entry.vsz)),
            b't' => rows.sort_by_key(|(entry, _)| Reverse(entry.worked)),
            _ => rows.sort_by_key(|(entry, work)| Reverse((*work, entry.vsz, entry.worked))),
        }
        if self.reversed {
            rows.reverse();
        }
        let busy = share(rows.iter().map(|(_, work)| work).sum(), hundredths).min(1000);
        let mut lines = summary(p, total, busy).await;
        let heading = "  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND";
        lines.push(match self.screen {
            Some((columns, _)) => bytes!("\x1b[7m{}\x1b[m", format!("{heading:<0$}", columns)),
            None => heading.into(),
        });
        let room = self.screen.map_or(usize::MAX, |(_, lines)| lines.saturating_sub(SUMMARY + 1));
        for (entry, work) in rows.into_iter().take(room) {
            lines.push(self.row(entry, share(work, hundredths), total));
        }
        self.joined(lines)
    }

    fn row(&self, entry: &Entry, tenths: u64, total: u64) -> BString {
        let user = self.database.user_of(entry.uid);
        let user = user.map_or_else(|| entry.uid.to_string(), |user| user.name.to_string());
        let front = format!(
            "{:>5} {:>5} {user:<8.8} {:<4}{:>6} {} {:>3} {} ",
            entry.pid,
            entry.ppid,
            entry.state.to_string(),
            entry.vsz,
            percent(share(entry.vsz, total)),
            0,
            percent(tenths),
        );
        bytes!("{}{}", front, entry.args)
    }

    fn joined(&self, lines: Vec<BString>) -> BString {
        let columns = self.screen.map_or(COLUMNS, |(columns, _)| columns);
        let mut text = BString::from(if self.screen.is_some() { "\x1b[H\x1b[J" } else { "" });
        for line in lines {
            let whole = line.len() <= columns || line.starts_with(b"\x1b");
            text.extend_from_slice(if whole { &line } else { &line[..columns] });
            text.push(b'\n');
        }
        if self.screen.is_some() {
            // The cursor stays on the last line.
            text.pop();
        }
        text
    }
}

async fn summary(p: &mut Process, total: u64, busy: u64) -> Vec<BString> {
    let free = memory(p, "MemFree:").await;
    let (shared, buffers, cached) =
        (memory(p, "Shmem:").await, memory(p, "Buffers:").await, memory(p, "Cached:").await);
    let load = stream::read_operand(p, "/proc/loadavg".into()).await.unwrap_or_default();
    let used = total.saturating_sub(free);
    vec![
        format!("Mem: {used}K used, {free}K free, {shared}K shrd, {buffers}K buff, {cached}K cached").into(),
        format!(
            "CPU: {} usr   0% sys   0% nic {} idle   0% io   0% irq   0% sirq",
            percent(busy),
            percent(1000 - busy)
        )
        .into(),
        bytes!("Load average: {}", load.trim_end_with(|c| c == '\n')),
    ]
}

/// A line of /proc/meminfo.
async fn memory(p: &mut Process, key: &str) -> u64 {
    let text = stream::read_operand(p, "/proc/meminfo".into()).await.unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with_str(key)).unwrap_or_default();
    let word = line[key.len().min(line.len())..].to_str().unwrap_or_default().split_whitespace().next();
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}
