//! Scripts being read: files, strings, standard input, prompts.

use std::rc::Rc;

use bstr::BString;
use kernel::{Fd, Process};
use vfs::Errno;

use super::frame::{Flags, Frame};
use super::{Machine, Raise};
use crate::ast::Node;
use crate::lex::OpenAliases;
use crate::parse::{Lines, Parsed, Place, parse_command_after};
use crate::state::Opt;

/// How much is read from standard input at a time.
const CHUNK: usize = 1023;

/// Where a script comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InputKind {
    /// `sh -c`
    Command,
    /// `sh file`
    Script,
    /// `eval`
    Eval,
    /// `.`
    Dot,
    /// A trap's commands.
    Trap,
    /// Standard input that is no terminal.
    Stdin,
    /// A prompt.
    Interactive,
}

/// A script with the place that reading has come to.
pub(crate) struct Input {
    pub(crate) kind: InputKind,
    text: Rc<BString>,
    pos: usize,
    line: u32,
    flags: Flags,
    /// More comes from this descriptor.
    source: Option<Fd>,
    /// At a prompt: what has been read of lines after the current one. Each gets its prompt, though it may have come
    /// with others.
    later: Vec<u8>,
    /// What the command before has left of alias texts.
    aliases: OpenAliases,
    /// A command has been run.
    ran: bool,
}

impl Input {
    /// A script at hand as a whole, whose first line has this number.
    pub(crate) fn text(text: Rc<BString>, line: u32, kind: InputKind, flags: Flags) -> Input {
        Input {
            kind,
            text,
            pos: 0,
            line,
            flags,
            source: None,
            later: Vec::new(),
            aliases: OpenAliases::default(),
            ran: false,
        }
    }

    /// A script that is read as it comes.
    pub(crate) fn stream(source: Fd, kind: InputKind) -> Input {
        Input { source: Some(source), ..Input::text(Rc::default(), 1, kind, Flags::default()) }
    }
}

impl Machine {
    /// Reads the next command of a script and pushes it.
    pub(super) async fn run_input(&mut self, p: &mut Process, mut input: Box<Input>) -> Result<(), Raise> {
        p.tick(1).await;
        let mut prompt: &[u8] = b"PS1";
        loop {
            let growing = input.source.is_some();
            let lines = Lines { at: input.line, executed: self.state.line };
            let place = Place { lines, open: &input.aliases };
            let parsed = parse_command_after(&input.text, input.pos, place, growing, &self.state.aliases);
            let (node, end, line, last) = match parsed {
                Ok(Parsed::Command { node, end, line, last, aliases }) => {
                    input.aliases = aliases;
                    (node, end, line, last)
                }
                Ok(Parsed::End) => {
                    let resets = matches!(input.kind, InputKind::Eval | InputKind::Dot | InputKind::Command);
                    if resets && !input.ran {
                        self.state.status = 0;
                    }
                    return Ok(());
                }
                Ok(Parsed::Incomplete) => {
                    if let Err(raise) = self.read_more(p, &mut input, prompt).await {
                        self.frames.push(Frame::Input(input));
                        return Err(raise);
                    }
                    if input.text.len() > input.pos {
                        prompt = b"PS2";
                    }
                    continue;
                }
                Err(error) => {
                    self.state.line = error.line;
                    let raise = self.raise(error.to_string());
                    if input.kind == InputKind::Interactive {
                        input.skip_rest();
                        self.frames.push(Frame::Input(input));
                    }
                    return Err(raise);
                }
            };
            self.echo_input(p, &input, end).await;
            input.pos = end;
            input.line = line;
            self.state.read_line = line;
            if input.kind == InputKind::Interactive {
                self.state.exit_warning = self.state.exit_warning.saturating_sub(1);
            }
            input.ran |= *node != Node::Empty;
            let flags = Flags { last: input.flags.last && last, ..input.flags };
            if !(last && input.source.is_none()) {
                self.frames.push(Frame::Input(input));
            }
            self.frames.push(Frame::Eval(node, flags));
            return Ok(());
        }
    }

    /// `set -v`: prints the lines of a script as they are read.
    async fn echo_input(&mut self, p: &mut Process, input: &Input, end: usize) {
        let is_file = matches!(input.kind, InputKind::Script | InputKind::Dot | InputKind::Stdin);
        if is_file && self.state.options.is_on(Opt::Verbose) {
            p.eprint(&input.text[input.pos..end]).await;
        }
    }

    async fn read_more(&mut self, p: &mut Process, input: &mut Input, prompt: &[u8]) -> Result<(), Raise> {
        let Some(source) = input.source else { return Ok(()) };
        if input.kind == InputKind::Interactive && input.is_at_line_start() {
            self.report_jobs(p).await;
            let text = self.expand_prompt(p, prompt).await?;
            // Nobody reads a closed output.
            let _ = p.write_all(1, &text).await;
        }
        if input.take_line() {
            return Ok(());
        }
        loop {
            match p.read(source, CHUNK).await {
                Ok(bytes) if bytes.is_empty() => {
                    input.source = None;
                    if input.kind == InputKind::Interactive {
                        p.eprint("\n").await;
                    }
                }
                Ok(bytes) if input.kind == InputKind::Interactive => {
                    input.later.extend_from_slice(&bytes);
                    input.take_line();
                }
                Ok(bytes) => input.append(&bytes),
                Err(Errno::EINTR) => {
                    if self.interrupted(p) {
                        input.skip_rest();
                        p.eprint("\n").await;
                        return Err(Raise::Interrupt);
                    }
                    continue;
                }
                Err(_) => input.source = None,
            }
            return Ok(());
        }
    }
}

impl Input {
    fn append(&mut self, bytes: &[u8]) {
        let text = Rc::make_mut(&mut self.text);
        // What has been run is not needed any more.
        text.drain(..self.pos);
        self.pos = 0;
        text.extend_from_slice(bytes);
    }

    fn is_at_line_start(&self) -> bool {
        self.text[self.pos..].last().is_none_or(|byte| *byte == b'\n')
    }

    /// Goes on with what has been read of the next line. False when nothing has been.
    fn take_line(&mut self) -> bool {
        let end = self.later.iter().position(|byte| *byte == b'\n').map_or(self.later.len(), |end| end + 1);
        let line: Vec<u8> = self.later.drain(..end).collect();
        self.append(&line);
        !line.is_empty()
    }

    /// Drops what has been read of a command and not run.
    fn skip_rest(&mut self) {
        self.pos = self.text.len();
    }
}
