//! The pager of busybox, to the byte that it writes to a terminal.

use core::time::Duration;
use std::collections::BTreeMap;

use bstr::{BString, ByteSlice};
use kernel::{Action, Exit, Fd, PidTarget, Process, Signal};

use super::pager::{self, Keyboard};
use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::{CHUNK, STDIN, STDOUT};
use crate::frame::table::Ended;
use crate::frame::usage;

mod ask;
mod files;
mod keys;
mod rows;
mod screen;
mod search;

use rows::{Row, Shape};

pub(crate) const USAGE: &str = "[-EFIMmNSRh~] [FILE]...

Show FILEs (or stdin) a screen at a time; where the output is no terminal, copy them

	-E	The end of a file is the end
	-F	So is the end of what fits on a screen
	-I	Searches take no notice of case
	-M,-m	Tell which lines are shown, and how far that is
	-N	Number the lines
	-S	Cut long lines off
	-R	Leave out sequences for colours
	-~	Nothing after the end";

const OPTIONS: Options = Options::new(USAGE, "EFIMmN~XRS").short_only();

/// The columns of a line's number.
const MARGIN: usize = 8;

/// What the last line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prompt {
    Short,
    Long,
}

struct Less {
    keyboard: Keyboard,
    /// What is shown, and its name.
    name: BString,
    fd: Option<Fd>,
    files: Vec<BString>,
    at: usize,
    /// Whole lines, and after the last line feed what follows.
    lines: Vec<Vec<u8>>,
    rows: Vec<Row>,
    pending: Vec<u8>,
    /// All has been read.
    ended: bool,
    /// The first row shown.
    top: usize,
    /// Rows on the screen, without the last line.
    height: usize,
    columns: usize,
    numbers: bool,
    truncate: bool,
    colourless: bool,
    tildes: bool,
    icase: bool,
    quits_at_end: bool,
    prompt: Prompt,
    search: search::Search,
    marks: BTreeMap<u32, usize>,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if !p.isatty(STDOUT) {
        return pager::copy(p, opts.operands).await;
    }
    if opts.operands.is_empty() && p.isatty(STDIN) {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let mut less = Less::new(p, &opts).await;
    // None of them is fixed.
    for signal in [Signal::INT, Signal::WINCH] {
        let _ = p.signal_action(signal, Action::Catch);
    }
    let ended = less.session(p, opts.has('F')).await;
    less.keyboard.restore(p);
    ended
}

impl Less {
    async fn new(p: &mut Process, opts: &Matches) -> Self {
        let mut less = Self {
            keyboard: Keyboard::take(p).await,
            name: "standard input".into(),
            fd: None,
            files: opts.operands.clone(),
            at: 0,
            lines: Vec::new(),
            rows: Vec::new(),
            pending: Vec::new(),
            ended: false,
            top: 0,
            height: 0,
            columns: 0,
            numbers: opts.has('N'),
            truncate: opts.has('S'),
            colourless: opts.has('R'),
            tildes: !opts.has('~'),
            icase: opts.has('I'),
            quits_at_end: opts.has('E'),
            prompt: if opts.has('M') || opts.has('m') { Prompt::Long } else { Prompt::Short },
            search: search::Search::default(),
            marks: BTreeMap::new(),
        };
        less.measure(p);
        less
    }

    /// Takes the terminal's size.
    fn measure(&mut self, p: &Process) {
        let (columns, rows) = p.term_size(STDOUT).unwrap_or((80, 24));
        (self.columns, self.height) = (usize::from(columns).max(20), usize::from(rows).max(3) - 1);
    }

    async fn session(&mut self, p: &mut Process, quits_if_short: bool) -> Ended {
        self.open(p).await?;
        self.read_for_screen(p).await?;
        if quits_if_short && self.rows.len() <= self.height {
            self.quits_at_end = true;
        }
        self.draw(p).await?;
        loop {
            let key = self.key(p).await?;
            self.pressed(p, key).await?;
        }
    }

    /// The last line goes, and the terminal is as it was.
    async fn leave(&mut self, p: &mut Process) -> Exit {
        match self.write(p, self.bottom()).await {
            Ok(()) => Exit(0),
            Err(exit) => exit,
        }
    }

    /// The next key; the end of them is as `q`, SIGINT ends as ever, a new size is drawn.
    async fn key(&mut self, p: &mut Process) -> Result<u32, Exit> {
        loop {
            if let Some(key) = self.keyboard.key(p).await {
                return Ok(key);
            }
            match p.take_signal() {
                Some(Signal::INT) => {
                    self.keyboard.restore(p);
                    // It ends this process.
                    let _ = p.signal_action(Signal::INT, Action::Default);
                    let _ = p.kill(PidTarget::Process(p.pid()), Signal::INT);
                    p.sleep(Duration::ZERO).await.ok();
                    return Err(Exit(130));
                }
                Some(_) => {
                    self.measure(p);
                    self.wrap_again();
                    self.draw(p).await?;
                }
                None => return Err(self.leave(p).await),
            }
        }
    }

    fn shape(&self) -> Shape {
        let margin = if self.numbers { MARGIN } else { 0 };
        Shape { width: self.columns - margin, truncate: self.truncate, plain: self.colourless }
    }

    /// Makes the rows anew; the screen begins with the last row of the line that it began with.
    fn wrap_again(&mut self) {
        let line = self.rows.get(self.top).map_or(0, |row| row.line);
        let shape = self.shape();
        self.rows = self.lines.iter().enumerate().flat_map(|(line, text)| shape.rows(line, text)).collect();
        let last = self.rows.partition_point(|row| row.line <= line).saturating_sub(1);
        self.top = last.min(self.lowest());
    }

    /// Lines that have their line feed.
    fn whole_lines(&self) -> usize {
        self.lines.len() - usize::from(self.ended && !self.lines.is_empty())
    }

    /// Reads until there are so many rows.
    async fn read(&mut self, p: &mut Process, rows: usize) -> Result<(), Exit> {
        let Some(fd) = self.fd else { return Ok(()) };
        while !self.ended && self.rows.len() < rows {
            match p.read(fd, CHUNK).await {
                Ok(chunk) if chunk.is_empty() => self.ended = true,
                Ok(chunk) => self.pending.extend_from_slice(&chunk),
                Err(_) => {
                    self.ended = true;
                    self.tell(p, "read error").await?;
                }
            }
            self.take_lines();
            p.tick(1).await;
        }
        Ok(())
    }

    fn take_lines(&mut self) {
        let pending = core::mem::take(&mut self.pending);
        let mut rest = &pending[..];
        while let Some(at) = rest.find_byte(b'\n') {
            self.push(&rest[..at]);
            rest = &rest[at + 1..];
        }
        if self.ended {
            self.push(rest);
        } else {
            self.pending = rest.to_vec();
        }
    }

    fn push(&mut self, text: &[u8]) {
        self.rows.extend(self.shape().rows(self.lines.len(), text));
        self.lines.push(text.to_vec());
    }

    async fn read_for_screen(&mut self, p: &mut Process) -> Result<(), Exit> {
        self.read(p, self.top + self.height + 2).await
    }

    /// Puts a row on top, as far as the end allows, and draws.
    async fn go(&mut self, p: &mut Process, row: usize) -> Result<(), Exit> {
        self.read(p, row.saturating_add(self.height + 2)).await?;
        self.top = row.min(self.lowest());
        self.draw(p).await
    }

    /// The last row that can be on top.
    fn lowest(&self) -> usize {
        (self.rows.len() + 1).saturating_sub(self.height)
    }
}
