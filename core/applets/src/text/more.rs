use bstr::{BString, ByteSlice};
use kernel::{Action, Exit, Fd, Process, Signal};
use vfs::FileType;

use super::pager::{self, Keyboard};
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::{self, CHUNK, STDOUT};
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[FILE]...

Show FILEs (or stdin); where the output is no terminal, copy them";

const OPTIONS: Options = Options::new(USAGE, "");

const HELP: &str = "(Enter:next line Space:next page Q:quit R:show the rest)";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if !p.isatty(STDOUT) {
        return pager::copy(p, opts.operands).await;
    }
    let keyboard = Keyboard::take(p).await;
    // SIGINT has no fixed action.
    let _ = p.signal_action(Signal::INT, Action::Catch);
    let (columns, rows) = p.term_size(STDOUT).unwrap_or((80, 24));
    let mut more = More {
        keyboard,
        columns: usize::from(columns).max(2),
        page: usize::from(rows).max(3) - 1,
        lines: 0,
        column: 0,
        size: 0,
        taken: 0,
        rest: false,
    };
    for file in stream::or_stdin(opts.operands) {
        match stream::open(p, file.as_bstr()).await {
            Ok(fd) => {
                let shown = more.file(p, fd).await;
                stream::close(p, fd);
                match shown {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(exit) => {
                        more.keyboard.restore(p);
                        return Err(exit);
                    }
                }
            }
            Err(errno) => say::errno(p, &file, errno).await,
        }
    }
    more.keyboard.restore(p);
    Ok(Exit(0))
}

struct More {
    keyboard: Keyboard,
    columns: usize,
    /// The lines of a page.
    page: usize,
    /// Lines shown since the last question.
    lines: usize,
    column: usize,
    /// Bytes of the file, 0 where that is not known.
    size: u64,
    /// Bytes of it that were looked at.
    taken: u64,
    /// Nothing is asked any more.
    rest: bool,
}

impl More {
    /// Shows a file; false when its reader has had enough.
    async fn file(&mut self, p: &mut Process, fd: Fd) -> Result<bool, Exit> {
        self.size =
            p.fstat(fd).map_or(0, |stat| if stat.file_type == FileType::Regular { stat.size } else { 0 });
        (self.taken, self.lines, self.column) = (0, 0, 0);
        loop {
            let chunk = p.read(fd, CHUNK).await.unwrap_or_default();
            if chunk.is_empty() {
                say::flush(p).await?;
                return Ok(true);
            }
            let mut out = Vec::with_capacity(chunk.len());
            for &byte in chunk.iter() {
                self.taken += 1;
                if self.is_full(byte) {
                    say::print(p, core::mem::take(&mut out)).await?;
                    if !self.ask(p).await? {
                        return Ok(false);
                    }
                }
                self.show(byte, &mut out);
            }
            say::print(p, out).await?;
        }
    }

    /// Whether there is no room for another byte; it would begin a line when this one is as long as the screen is wide.
    fn is_full(&mut self, byte: u8) -> bool {
        if byte != b'\n' && self.column >= self.columns {
            (self.lines, self.column) = (self.lines + 1, 0);
        }
        !self.rest && self.lines >= self.page
    }

    fn show(&mut self, byte: u8, out: &mut Vec<u8>) {
        match byte {
            b'\n' => {
                out.push(b'\n');
                (self.lines, self.column) = (self.lines + 1, 0);
            }
            b'\t' => {
                let width = 8 - self.column % 8;
                out.extend_from_slice(&b"        "[..width]);
                self.column += width;
            }
            _ => {
                out.push(byte);
                self.column += 1;
            }
        }
    }

    /// Asks what next; false for nothing.
    async fn ask(&mut self, p: &mut Process) -> Result<bool, Exit> {
        let mut question = BString::from("--More-- ");
        if self.size > 0 {
            let share = self.taken / (self.size / 100).max(1);
            question.extend_from_slice(format!("({share}% of {} bytes)", self.size).as_bytes());
        }
        loop {
            say::print(p, &question).await?;
            say::flush(p).await?;
            let Some(key) = self.keyboard.key(p).await else {
                say::print(p, "\n").await?;
                return Err(Exit(1));
            };
            say::print(p, format!("\r{:1$}\r", "", question.len())).await?;
            match char::from_u32(key).map_or('?', |key| key.to_ascii_lowercase()) {
                ' ' => self.lines = 0,
                '\n' | '\r' => self.lines = self.page - 1,
                'r' => self.rest = true,
                'q' => {
                    say::flush(p).await?;
                    return Ok(false);
                }
                _ => {
                    question = HELP.into();
                    continue;
                }
            }
            return Ok(true);
        }
    }
}
