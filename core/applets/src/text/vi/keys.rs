//! What is typed, and what `.` types again.

use core::time::Duration;

use kernel::{Process, Signal};

use super::{Editor, Stop};
use crate::frame::stream::STDIN;
use crate::frame::{say, stream};

/// Keys that are no bytes.
pub(super) mod special {
    pub(in super::super) const UP: u32 = 0x100;
    pub(in super::super) const DOWN: u32 = 0x101;
    pub(in super::super) const RIGHT: u32 = 0x102;
    pub(in super::super) const LEFT: u32 = 0x103;
    pub(in super::super) const HOME: u32 = 0x104;
    pub(in super::super) const END: u32 = 0x105;
    pub(in super::super) const INSERT: u32 = 0x106;
    pub(in super::super) const DELETE: u32 = 0x107;
    pub(in super::super) const PAGE_UP: u32 = 0x108;
    pub(in super::super) const PAGE_DOWN: u32 = 0x109;
}

/// What terminals send for them after the escape.
const SEQUENCES: &[(&[u8], u32)] = &[
    (b"OA", special::UP),
    (b"OB", special::DOWN),
    (b"OC", special::RIGHT),
    (b"OD", special::LEFT),
    (b"OH", special::HOME),
    (b"OF", special::END),
    (b"[A", special::UP),
    (b"[B", special::DOWN),
    (b"[C", special::RIGHT),
    (b"[D", special::LEFT),
    (b"[H", special::HOME),
    (b"[F", special::END),
    (b"[1~", special::HOME),
    (b"[2~", special::INSERT),
    (b"[3~", special::DELETE),
    (b"[4~", special::END),
    (b"[5~", special::PAGE_UP),
    (b"[6~", special::PAGE_DOWN),
    (b"[7~", special::HOME),
    (b"[8~", special::END),
];

/// How long the rest of a sequence may take.
const REST: Duration = Duration::from_millis(50);
/// How long a terminal may take to tell where its cursor is.
const ANSWER: Duration = Duration::from_millis(100);
/// Keys that are remembered for `.`.
const REMEMBERED: usize = 126;

/// The keyboard.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Read, but not looked at.
    pub(super) ahead: Vec<u8>,
    /// The last command that changed the text.
    last: Vec<u8>,
    /// How often it was to be done.
    times: usize,
    recording: bool,
    /// What is typed again; its end is one more key, which is none.
    replay: Option<std::collections::VecDeque<u8>>,
}

impl Keys {
    pub(super) fn is_replaying(&self) -> bool {
        self.replay.is_some()
    }

    pub(super) fn is_recording(&self) -> bool {
        self.recording
    }

    /// Begins to remember a command.
    pub(super) fn record(&mut self, key: u8, count: usize) {
        (self.last, self.times, self.recording) = (vec![key], count.max(1), true);
    }

    /// The command has all its keys.
    pub(super) fn stop_recording(&mut self) {
        self.recording = false;
    }

    /// Types the remembered command again, so often if that is not 0.
    pub(super) fn again(&mut self, count: usize) {
        if self.last.is_empty() {
            return;
        }
        if count > 0 {
            self.times = count;
        }
        let mut keys = self.times.to_string().into_bytes();
        keys.extend_from_slice(&self.last);
        self.replay = Some(keys.into());
    }
}

impl Editor {
    /// Writes out what has been drawn.
    pub(super) async fn show(&mut self, p: &mut Process) -> Result<(), Stop> {
        let drawn = core::mem::take(&mut self.out);
        say::print(p, drawn).await?;
        Ok(say::flush(p).await?)
    }

    /// The next key, typed or replayed.
    pub(super) async fn key(&mut self, p: &mut Process) -> Result<u32, Stop> {
        if !self.keys.recording {
            if let Some(replay) = &mut self.keys.replay {
                if let Some(key) = replay.pop_front() {
                    return Ok(u32::from(key));
                }
                self.keys.replay = None;
            }
            return self.typed(p).await;
        }
        let key = self.typed(p).await?;
        if self.keys.last.len() >= REMEMBERED {
            self.keys.recording = false;
            self.keys.last.clear();
        } else {
            self.keys.last.push(key.to_le_bytes()[0]);
        }
        Ok(key)
    }

    /// Whether something has been typed that was not looked at.
    pub(super) async fn is_key_waiting(&mut self, p: &mut Process) -> bool {
        !self.keys.ahead.is_empty() || matches!(p.wait_readable(STDIN, Some(Duration::ZERO)).await, Ok(true))
    }

    async fn typed(&mut self, p: &mut Process) -> Result<u32, Stop> {
        self.show(p).await?;
        loop {
            match self.read_key(p, None).await {
                Some(Some(key)) => return Ok(key),
                Some(None) => {}
                None if self.take_signals(p).await? => {}
                None => break,
            }
        }
        self.clear_bottom();
        self.show(p).await?;
        self.restore_terminal(p);
        Err(say::die(p, "can't read user input").await.into())
    }

    /// A key; nothing when the time is over; none at the end or for a signal.
    async fn read_key(&mut self, p: &mut Process, time: Option<Duration>) -> Option<Option<u32>> {
        if self.keys.ahead.is_empty() {
            if time.is_some() && !p.wait_readable(STDIN, time).await.ok()? {
                return Some(None);
            }
            self.keys.ahead = p.read(STDIN, 1).await.ok().filter(|read| !read.is_empty())?;
        }
        let key = self.keys.ahead.remove(0);
        if key != 0x1b {
            return Some(Some(u32::from(key)));
        }
        loop {
            let so_far = &self.keys.ahead[..];
            if let Some((sequence, key)) = SEQUENCES.iter().find(|(keys, _)| so_far.starts_with(keys)) {
                self.keys.ahead.drain(..sequence.len());
                return Some(Some(*key));
            }
            if !SEQUENCES.iter().any(|(keys, _)| keys.starts_with(so_far)) {
                break;
            }
            if !matches!(p.wait_readable(STDIN, Some(REST)).await, Ok(true)) {
                break;
            }
            match p.read(STDIN, 1).await {
                Ok(read) if !read.is_empty() => self.keys.ahead.extend(read),
                _ => break,
            }
        }
        Some(Some(0x1b))
    }

    /// Asks a terminal that does not know its size where its last corner is. What is typed meanwhile is lost.
    pub(super) async fn ask_size(&mut self, p: &mut Process) -> Result<(), Stop> {
        self.write("\x1b[999;999H\x1b[6n");
        self.show(p).await?;
        if !matches!(p.wait_readable(STDIN, Some(ANSWER)).await, Ok(true)) {
            return Ok(());
        }
        let mut answer = p.read(STDIN, 1).await.unwrap_or_default();
        while answer.first() == Some(&0x1b) && answer.len() < 16 && answer.last() != Some(&b'R') {
            match p.wait_readable(STDIN, Some(REST)).await {
                Ok(true) => {}
                _ => break,
            }
            match p.read(STDIN, 1).await {
                Ok(read) if !read.is_empty() => answer.extend(read),
                _ => break,
            }
        }
        if let Some((rows, columns)) = corner(&answer) {
            self.screen.resize(columns, rows);
        }
        Ok(())
    }

    /// Does what signals ask for; false when there was none.
    async fn take_signals(&mut self, p: &mut Process) -> Result<bool, Stop> {
        let (mut any, mut interrupted) = (false, false);
        while let Some(signal) = p.take_signal() {
            any = true;
            match signal {
                Signal::WINCH => {
                    if let Ok((columns, rows)) = p.term_size(stream::STDOUT) {
                        self.screen.resize(columns.into(), rows.into());
                    }
                    self.redraw(true);
                }
                Signal::INT => interrupted = true,
                _ => self.redraw(true),
            }
        }
        self.show(p).await?;
        if interrupted { Err(Stop::Interrupt) } else { Ok(any) }
    }
}

/// Rows and columns of `ESC [ ROWS ; COLUMNS R`.
fn corner(answer: &[u8]) -> Option<(usize, usize)> {
    let text = core::str::from_utf8(answer.strip_prefix(b"\x1b[")?.strip_suffix(b"R")?).ok()?;
    let (rows, columns) = text.split_once(';')?;
    Some((rows.parse().ok()?, columns.parse().ok()?))
}
