//! The bottom line.

use bstr::BString;
use kernel::Process;

use super::{Editor, Mode, Stop};

/// What the bottom line says.
#[derive(Debug, Default)]
pub(super) struct Status {
    /// A message that is to be shown, and the bytes in it that take no room.
    message: Option<(BString, usize)>,
    /// The sum of the bytes of the status shown: another of the same sum is taken for it, as busybox does.
    shown: Option<u32>,
    /// All lines, and the changes made when they were counted.
    lines: Option<(usize, usize)>,
    /// The message did not fit; return has to be hit.
    pub(super) waits: bool,
}

/// More of a status is not shown.
const MOST: usize = 199;

impl Status {
    /// The line is shown the next time even if it has not changed.
    pub(super) fn forget(&mut self) {
        self.shown = None;
    }

    /// The lines have to be counted again.
    pub(super) fn recount(&mut self) {
        self.lines = None;
    }
}

impl Editor {
    pub(super) fn say(&mut self, message: impl AsRef<[u8]>) {
        let mut message = BString::from(message.as_ref());
        message.truncate(MOST);
        self.status.message = Some((message, 0));
    }

    /// Says it in reverse: it is a mistake.
    pub(super) fn warn(&mut self, message: impl AsRef<[u8]>) {
        let (on, off) = ("\x1b[7m", "\x1b[m");
        self.status.message = Some((bytes!("{}{}{}", on, message, off), on.len() + off.len()));
    }

    /// Rings the bell: the command failed.
    pub(super) fn mistake(&mut self) {
        self.failed = true;
        if self.settings.flash {
            self.write("\x1b[7m");
            self.redraw(true);
            self.write("\x1b[m");
            self.redraw(true);
        } else {
            self.write("\x07");
        }
    }

    fn edit_status(&mut self) -> BString {
        let mut now = self.text.count_lines(0, self.dot);
        let lines = match self.status.lines {
            Some((lines, modified)) if modified == self.undo.modified => lines,
            _ => (now + self.text.count_lines(self.dot, self.text.last())).saturating_sub(1),
        };
        self.status.lines = Some((lines, self.undo.modified));
        let percent = match lines {
            0 => {
                now = 0;
                100
            }
            lines => 100 * now / lines,
        };
        let mode = match self.mode {
            Mode::Command => "-",
            Mode::Insert => "I",
            Mode::Replace => "R",
        };
        let mut line = bytes!(
            "{} {}{}{}{}",
            mode,
            self.file.as_ref().map_or("No file".into(), Clone::clone),
            if self.settings.read_only { " [Readonly]" } else { "" },
            if self.undo.modified > 0 { " [Modified]" } else { "" },
            format!(" {now}/{lines} {percent}%")
        );
        line.truncate(self.screen.columns.min(MOST));
        line
    }

    /// Writes the bottom line if it has changed.
    pub(super) fn show_status(&mut self) {
        let (line, unseen) = match self.status.message.take() {
            Some((line, unseen)) => (line, Some(unseen)),
            None => (self.edit_status(), None),
        };
        let sum = line.iter().map(|byte| u32::from(*byte)).sum();
        if unseen.is_none() && self.status.shown == Some(sum) {
            return;
        }
        self.status.shown = unseen.is_none().then_some(sum);
        self.clear_bottom();
        self.write(&line);
        if unseen.is_some_and(|unseen| line.len() - unseen > self.screen.columns - 1) {
            self.status.waits = true;
            return;
        }
        let (row, column) = self.screen.cursor;
        self.place_cursor(row, column);
    }

    /// Where a message was too long, waits until it has been read.
    pub(super) async fn message_read(&mut self, p: &mut Process) -> Result<(), Stop> {
        while core::mem::take(&mut self.status.waits) {
            self.hit_return(p).await?;
            let (row, column) = self.screen.cursor;
            self.place_cursor(row, column);
        }
        Ok(())
    }

    /// Waits for return, and shows the text again.
    pub(super) async fn hit_return(&mut self, p: &mut Process) -> Result<(), Stop> {
        self.write("\x1b[7m[Hit return to continue]\x1b[m");
        while !matches!(self.key(p).await?, 10 | 13) {}
        self.redraw(true);
        Ok(())
    }
}
