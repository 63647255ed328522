use std::cell::Cell;
use std::collections::VecDeque;

use bstr::{BStr, BString, ByteSlice, Finder};
use kernel::{Exit, Fd, Process};

use super::matcher::{Found, Matcher};
use crate::frame::{say, stream};

/// How results are reported. What counts at a line that matches: `quiet`, then a name, then the line or its parts; what counts at
/// the end of a file: the count, then a name.
pub(super) struct Report {
    pub(super) quiet: bool,
    pub(super) names_with: bool,
    pub(super) names_without: bool,
    pub(super) counts: bool,
    pub(super) parts: bool,
    pub(super) name: bool,
    pub(super) number: bool,
    pub(super) invert: bool,
    pub(super) after: u64,
    pub(super) before: u64,
    pub(super) most: Option<u64>,
    /// The number of the line printed last, of whatever file; 0 where none was.
    pub(super) last_printed: Cell<u64>,
}

/// What the search of a file means for the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Hit,
    Miss,
    /// -q has its answer.
    Quit,
}

/// Searches one open file. A file that cannot be read (a directory) has no lines.
pub(super) async fn search(
    p: &mut Process,
    fd: Fd,
    name: &BStr,
    matcher: &Matcher,
    report: &Report,
) -> Result<Outcome, Exit> {
    let mut run = Run::new(name, matcher, report);
    let mut pending: Vec<u8> = Vec::new();
    loop {
        let chunk = p.read(fd, stream::CHUNK).await.unwrap_or_default();
        let ended = chunk.is_empty();
        pending.extend_from_slice(&chunk);
        // Whole lines only; a NUL ends a line as a newline does.
        let complete = if ended {
            pending.len()
        } else {
            pending.iter().rposition(|&byte| byte == b'\n' || byte == 0).map_or(0, |at| at + 1)
        };
        let done = run.block(p, &pending[..complete]).await?;
        pending.drain(..complete);
        if let Some(outcome) = done {
            return Ok(outcome);
        }
        if ended || run.full() {
            break;
        }
    }
    run.finish(p).await
}

struct Run<'a> {
    name: &'a BStr,
    matcher: &'a Matcher,
    report: &'a Report,
    /// Finds lines worth a look; none when every line is.
    skip: Option<Finder<'a>>,
    line_number: u64,
    matches: u64,
    /// Lines of context still to print.
    trailing: u64,
    leading: VecDeque<(u64, BString)>,
}

impl<'a> Run<'a> {
    fn new(name: &'a BStr, matcher: &'a Matcher, report: &'a Report) -> Run<'a> {
        let every = report.invert || report.after > 0 || report.before > 0;
        let skip = matcher.required().filter(|_| !every).map(Finder::new);
        Run { name, matcher, report, skip, line_number: 0, matches: 0, trailing: 0, leading: VecDeque::new() }
    }

    fn full(&self) -> bool {
        self.trailing == 0 && self.report.most == Some(self.matches)
    }

    /// Handles a block of whole lines.
    async fn block(&mut self, p: &mut Process, block: &[u8]) -> Result<Option<Outcome>, Exit> {
        let mut at = 0;
        while at < block.len() {
            at = self.skip_to(block, at);
            let Some(rest) = block.get(at..).filter(|rest| !rest.is_empty()) else { break };
            let length = line_length(rest);
            let line = &rest[..length];
            at += length + 1;
            self.line_number += 1;
            p.tick(1).await;
            if let Some(outcome) = self.line(p, line).await? {
                return Ok(Some(outcome));
            }
            if self.full() {
                break;
            }
        }
        Ok(None)
    }

    /// The start of the next line that can match, from the line at `at` on.
    fn skip_to(&mut self, block: &[u8], at: usize) -> usize {
        let Some(finder) = &self.skip else { return at };
        let rest = &block[at..];
        let Some(hit) = finder.find(rest) else {
            return block.len();
        };
        let start = rest[..hit].rfind_byteset(b"\n\0").map_or(0, |end| end + 1);
        if self.report.number {
            self.line_number +=
                rest[..start].iter().filter(|&&byte| byte == b'\n' || byte == 0).count() as u64;
        }
        at + start
    }

    async fn line(&mut self, p: &mut Process, line: &[u8]) -> Result<Option<Outcome>, Exit> {
        let parts = self.report.parts && !self.report.invert;
        let found = if parts { self.matcher.find(line) } else { None };
        let matched = if parts { found.is_some() } else { self.matcher.is_match(line) };
        if matched == self.report.invert {
            self.context_line(p, line).await?;
            return Ok(None);
        }
        if self.report.most == Some(self.matches) {
            // Context after the last line of -m ends at the next match.
            self.trailing = 0;
            return Ok(None);
        }
        self.matches += 1;
        let Report { quiet, names_with, names_without, counts, .. } = *self.report;
        if quiet {
            return Ok(Some(Outcome::Quit));
        }
        if names_with {
            say::print(p, bytes!("{}\n", self.name)).await?;
        }
        if names_with || names_without {
            return Ok(Some(if names_with { Outcome::Hit } else { Outcome::Miss }));
        }
        if !counts {
            self.leading_lines(p).await?;
            match found {
                Some(found) => self.parts(p, line, found).await?,
                None if self.report.parts => {}
                None => self.print(p, line, self.line_number, b':').await?,
            }
            self.trailing = self.report.after;
        }
        Ok(None)
    }

    async fn context_line(&mut self, p: &mut Process, line: &[u8]) -> Result<(), Exit> {
        if self.trailing > 0 {
            self.trailing -= 1;
            return self.print(p, line, self.line_number, b'-').await;
        }
        if self.report.before > 0 {
            if self.leading.len() as u64 == self.report.before {
                self.leading.pop_front();
            }
            self.leading.push_back((self.line_number, line.into()));
        }
        Ok(())
    }

    /// Prints the lines kept from before a match, after `--` where the numbers of lines go not on, be they another file's.
    async fn leading_lines(&mut self, p: &mut Process) -> Result<(), Exit> {
        let first = self.leading.front().map_or(self.line_number, |(number, _)| *number);
        let context = self.report.before > 0 || self.report.after > 0;
        let last = self.report.last_printed.get();
        if context && last != 0 && last + 1 != first {
            say::print(p, "--\n").await?;
        }
        for (number, line) in std::mem::take(&mut self.leading) {
            self.print(p, &line, number, b'-').await?;
        }
        Ok(())
    }

    async fn parts(&mut self, p: &mut Process, line: &[u8], found: Found) -> Result<(), Exit> {
        let (pattern, mut range) = match found {
            Found::Text(text) => return self.print(p, &text, self.line_number, b':').await,
            Found::Range(pattern, range) => (pattern, range),
        };
        loop {
            let (start, end) = range;
            if start < end {
                self.print(p, &line[start..end], self.line_number, b':').await?;
            }
            if end >= line.len() {
                return Ok(());
            }
            let from = if start == end { end + 1 } else { end };
            match self.matcher.again(pattern, line, from) {
                Some(next) => range = next,
                None => return Ok(()),
            }
        }
    }

    async fn print(&mut self, p: &mut Process, line: &[u8], number: u64, mark: u8) -> Result<(), Exit> {
        let mut text = Vec::with_capacity(line.len() + 16);
        if self.report.name {
            text.extend_from_slice(self.name);
            text.push(mark);
        }
        if self.report.number {
            text.extend_from_slice(number.to_string().as_bytes());
            text.push(mark);
        }
        text.extend_from_slice(line);
        text.push(b'\n');
        self.report.last_printed.set(number);
        say::print(p, text).await
    }

    async fn finish(&mut self, p: &mut Process) -> Result<Outcome, Exit> {
        if self.report.counts {
            let count = self.matches.to_string();
            let line =
                if self.report.name { bytes!("{}:{}\n", self.name, count) } else { bytes!("{}\n", count) };
            say::print(p, line).await?;
        }
        if self.report.names_without {
            say::print(p, bytes!("{}\n", self.name)).await?;
        }
        let hit = self.matches > 0 || self.report.names_without;
        Ok(if hit { Outcome::Hit } else { Outcome::Miss })
    }
}

fn line_length(text: &[u8]) -> usize {
    text.find_byteset(b"\n\0").unwrap_or(text.len())
}
