use std::collections::BTreeMap;
use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};
use pattern::Regex;

use super::input::{Ending, Input, Line};
use super::output::Sink;
use super::script::{Action, Address, Command, RangeEnd, Script};
use super::substitute::substitute;
use crate::frame::{say, stream};

/// What a command's addresses remember between lines.
#[derive(Debug, Clone, Copy, Default)]
struct RangeState {
    inside: bool,
    /// A range that began at a line number does not begin again.
    spent: bool,
    /// The last line of a range `x,+N`.
    until: Option<u64>,
}

/// What becomes of the cycle after a command.
enum Flow {
    Next,
    Jump(usize),
    /// `D`: the script again, without reading.
    Restart,
    /// End of the script: the line is printed.
    End,
    /// End of the cycle, nothing is printed.
    Discard,
}

/// Runs a script over its input.
pub(super) struct Editor {
    script: Rc<Script>,
    labels: BTreeMap<BString, usize>,
    ranges: Vec<RangeState>,
    out: Sink,
    files: Vec<Sink>,
    hold: BString,
    space: BString,
    ending: Ending,
    next_line: Option<Line>,
    line_number: u64,
    appended: Vec<BString>,
    substituted: bool,
    last_regex: Option<Rc<Regex>>,
}

impl Editor {
    pub(super) fn new(script: Script, out: Sink, files: Vec<Sink>) -> Editor {
        let mut labels = BTreeMap::new();
        for (index, command) in script.commands.iter().enumerate() {
            if let Action::Label(Some(label)) = &command.action {
                labels.entry(label.clone()).or_insert(index);
            }
        }
        let ranges = vec![RangeState::default(); script.commands.len()];
        Editor {
            script: Rc::new(script),
            labels,
            ranges,
            out,
            files,
            hold: BString::default(),
            space: BString::default(),
            ending: Ending::Newline,
            next_line: None,
            line_number: 0,
            appended: Vec::new(),
            substituted: false,
            last_regex: None,
        }
    }

    /// Starts over with another output, as for the next file of -i.
    pub(super) fn restart(&mut self, out: Sink) {
        self.out = out;
        self.ranges.fill(RangeState::default());
        self.line_number = 0;
    }

    /// Writes out what is buffered for the output.
    pub(super) async fn flush(&mut self, p: &mut Process) -> Result<(), Exit> {
        self.out.flush(p).await
    }

    /// Writes out everything that is buffered.
    pub(super) async fn close(&mut self, p: &mut Process) -> Result<(), Exit> {
        self.out.flush(p).await?;
        for file in &mut self.files {
            file.flush(p).await?;
        }
        Ok(())
    }

    pub(super) async fn run(&mut self, p: &mut Process, input: &mut Input) -> Result<(), Exit> {
        let script = Rc::clone(&self.script);
        self.next_line = input.next(p).await;
        while let Some(line) = self.next_line.take() {
            self.substituted = false;
            self.space = line.text;
            self.ending = line.ending;
            self.next_line = input.next(p).await;
            self.line_number += 1;
            self.cycle(p, &script, input).await?;
            for text in std::mem::take(&mut self.appended) {
                self.out.line(p, &text, Ending::Newline).await?;
            }
        }
        Ok(())
    }

    async fn cycle(&mut self, p: &mut Process, script: &Script, input: &mut Input) -> Result<(), Exit> {
        let mut at = 0;
        while let Some(command) = script.commands.get(at) {
            p.tick(1).await;
            let matched = match self.selects(at, command) {
                Ok(matched) => matched,
                Err(message) => return Err(say::die(p, message).await),
            };
            if matched == command.invert {
                at = match (&command.action, block_end(script, at)) {
                    (Action::Plain(b'{'), Some(end)) => end,
                    (Action::Plain(b'{'), None) => return Err(say::die(p, "unterminated {").await),
                    _ => at,
                } + 1;
                continue;
            }
            match self.act(p, at, &command.action, input).await? {
                Flow::Next => at += 1,
                Flow::Jump(to) => at = to,
                Flow::Restart => at = 0,
                Flow::End => break,
                Flow::Discard => return Ok(()),
            }
        }
        if script.quiet { Ok(()) } else { self.out.line(p, &self.space, self.ending).await }
    }

    /// The regex to use: the given one, or the one used last.
    fn regex(&self, regex: &Option<Rc<Regex>>) -> Result<Rc<Regex>, BString> {
        regex.as_ref().or(self.last_regex.as_ref()).cloned().ok_or_else(|| "no previous regexp".into())
    }

    /// Whether the line matches; an empty regex further on stands for this one.
    fn matches(&mut self, regex: &Option<Rc<Regex>>) -> Result<bool, BString> {
        let regex = self.regex(regex)?;
        let matched = regex.is_match(&self.space, 0, false);
        self.last_regex = Some(regex);
        Ok(matched)
    }

    /// Whether the addresses of a command select the current line.
    fn selects(&mut self, at: usize, command: &Command) -> Result<bool, BString> {
        let mut state = self.ranges[at];
        let was_inside = state.inside;
        let line = self.line_number;
        let selected = was_inside
            || match &command.start {
                None => true,
                Some(_) if state.spent => false,
                // A range that should have begun earlier begins now.
                Some(Address::Line(first)) if command.end.is_some() => *first > 0 && *first <= line,
                Some(Address::Line(first)) => *first == line,
                Some(Address::Last) => self.next_line.is_none(),
                Some(Address::Regex(regex)) => self.matches(regex)?,
            };
        if !selected {
            return Ok(false);
        }
        if let Some(end) = &command.end {
            if matches!(command.start, Some(Address::Line(_))) {
                state.spent = true;
            }
            let ended = match end {
                RangeEnd::Line(last) => *last <= line,
                RangeEnd::Last => self.next_line.is_none(),
                RangeEnd::More(more) => {
                    let until = if was_inside { state.until.unwrap_or(line) } else { line + more };
                    state.until = Some(until);
                    until <= line
                }
                RangeEnd::Regex(regex) => was_inside && self.matches(regex)?,
            };
            state.inside = !ended;
            self.ranges[at] = state;
        }
        Ok(true)
    }

    async fn act(
        &mut self,
        p: &mut Process,
        at: usize,
        action: &Action,
        input: &mut Input,
    ) -> Result<Flow, Exit> {
        match action {
            Action::Substitute(command) => {
                let regex = match self.regex(&command.regex) {
                    Ok(regex) => regex,
                    Err(message) => return Err(say::die(p, message).await),
                };
                self.last_regex = Some(Rc::clone(&regex));
                if let Some(changed) = substitute(command, &regex, &self.space) {
                    self.space = changed;
                    self.substituted = true;
                    if command.print {
                        self.out.line(p, &self.space, self.ending).await?;
                    }
                    if let Some(file) = command.write {
                        self.files[file].line(p, &self.space, self.ending).await?;
                    }
                }
            }
            Action::Append(text) => self.appended.push(text.clone()),
            Action::Insert(text) => self.out.line(p, text, Ending::Newline).await?,
            Action::Change(text) => {
                if !self.ranges[at].inside {
                    self.out.line(p, text, Ending::Newline).await?;
                }
                return Ok(Flow::Discard);
            }
            Action::Read(name) => self.read(p, name).await,
            Action::Write(file) => self.files[*file].line(p, &self.space, self.ending).await?,
            Action::Label(_) => {}
            Action::Branch(label) => return self.branch(p, label).await,
            Action::BranchIf(label) => {
                if std::mem::take(&mut self.substituted) {
                    return self.branch(p, label).await;
                }
            }
            Action::BranchUnless(label) => {
                if !self.substituted {
                    return self.branch(p, label).await;
                }
            }
            Action::Translate(table) => {
                for byte in self.space.iter_mut() {
                    *byte = table[usize::from(*byte)];
                }
            }
            Action::Plain(letter) => return self.plain(p, *letter, input).await,
        }
        Ok(Flow::Next)
    }

    async fn branch(&mut self, p: &mut Process, label: &Option<BString>) -> Result<Flow, Exit> {
        let Some(label) = label else { return Ok(Flow::End) };
        match self.labels.get(label) {
            Some(target) => Ok(Flow::Jump(*target)),
            None => Err(say::die(p, bytes!("can't find label for jump to '{}'", label)).await),
        }
    }

    /// `r`: a file that cannot be read is empty.
    async fn read(&mut self, p: &mut Process, name: &BString) {
        if let Ok(text) = stream::read_operand(p, name.as_bstr()).await {
            let text = text.strip_suffix(b"\n").unwrap_or(&text);
            self.appended.extend(text.split_str("\n").map(BString::from));
        }
    }

    async fn plain(&mut self, p: &mut Process, letter: u8, input: &mut Input) -> Result<Flow, Exit> {
        match letter {
            b'=' => {
                let number = self.line_number.to_string();
                self.out.line(p, number.as_bytes(), Ending::Newline).await?;
            }
            b'P' | b'p' => {
                let whole = self.space.len();
                let end = if letter == b'P' { self.space.find_byte(b'\n').unwrap_or(whole) } else { whole };
                self.out.line(p, &self.space[..end], Ending::Newline).await?;
            }
            b'D' => {
                let Some(end) = self.space.find_byte(b'\n') else { return Ok(Flow::Discard) };
                self.space.drain(..=end);
                return Ok(Flow::Restart);
            }
            b'd' => return Ok(Flow::Discard),
            b'n' => {
                if !self.script.quiet {
                    self.out.line(p, &self.space, self.ending).await?;
                }
                let Some(line) = self.next_line.take() else { return Ok(Flow::Discard) };
                self.space = line.text;
                self.ending = line.ending;
                self.substituted = false;
                self.advance(p, input).await;
            }
            b'N' => {
                let Some(line) = self.next_line.take() else { return Ok(Flow::End) };
                self.space.push(b'\n');
                self.space.extend_from_slice(&line.text);
                self.ending = line.ending;
                self.advance(p, input).await;
            }
            b'q' => {
                self.next_line = None;
                return Ok(Flow::End);
            }
            b'g' => self.space.clone_from(&self.hold),
            b'h' => self.hold.clone_from(&self.space),
            b'G' => {
                self.space.push(b'\n');
                self.space.extend_from_slice(&self.hold);
                self.ending = Ending::Newline;
            }
            b'H' => {
                self.hold.push(b'\n');
                self.hold.extend_from_slice(&self.space);
            }
            b'x' => {
                std::mem::swap(&mut self.hold, &mut self.space);
                self.ending = Ending::Newline;
            }
            // `l` is accepted and prints nothing in this build; braces only group.
            _ => {}
        }
        Ok(Flow::Next)
    }

    async fn advance(&mut self, p: &mut Process, input: &mut Input) {
        self.next_line = input.next(p).await;
        self.line_number += 1;
    }
}

/// The index of the `}` that closes the `{` at `at`.
fn block_end(script: &Script, at: usize) -> Option<usize> {
    let mut depth = 0;
    for (index, command) in script.commands.iter().enumerate().skip(at) {
        match command.action {
            Action::Plain(b'{') => depth += 1,
            Action::Plain(b'}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(index);
        }
    }
    None
}
