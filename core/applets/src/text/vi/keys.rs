//! What is typed, and what `.` types again.

use core::time::Duration;

use kernel::{Process, Signal};

use super::{Editor, Stop};
use crate::frame::stream::STDIN;
use crate::frame::{say, stream};
use crate::text::keyboard::{self, REST};

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
            match keyboard::read_key(p, STDIN, &mut self.keys.ahead).await {
                Some(key) => return Ok(key),
                None if self.take_signals(p).await? => {}
                None => break,
            }
        }
        self.clear_bottom();
        self.show(p).await?;
        self.restore_terminal(p);
        Err(say::die(p, "can't read user input").await.into())
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
