//! bc.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use super::fault::Fault;
use super::functions::Library;
use super::printer::Printer;
use super::source::{Source, complain, open, standard_input};
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::{self, Lines, STDIN};
use crate::frame::table::Ended;
use machine::Machine;
use parse::{Item, Parser};
use state::Callable;
use token::{Lexer, Token};

mod code;
mod expression;
mod machine;
mod parse;
mod state;
mod token;

pub(crate) const USAGE: &str = "[-sqlw] [FILE]...

Calculate with as many digits as asked for

	-q	No banner
	-l	Define s c a l e j, with 20 digits
	-s	Take nothing but what POSIX has
	-w	Name what POSIX does not have

$BC_LINE_LENGTH is where lines are broken";

const OPTIONS: Options = Options::new(USAGE, "wvsqli").long(&[
    ("warn", 'w'),
    ("version", 'v'),
    ("standard", 's'),
    ("quiet", 'q'),
    ("mathlib", 'l'),
    ("interactive", 'i'),
]);

const VERSION: &str = "bc 1.36.1
Adapted from https://github.com/gavinhoward/bc
Original code (c) 2018 Gavin D. Howard and contributors
";

/// The scale that `-l` begins with.
const LIBRARY_SCALE: usize = 20;

/// What is done with what POSIX does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Posix {
    Ignore,
    Warn,
    Refuse,
}

struct Session {
    machine: Machine,
    posix: Posix,
    /// A terminal is told of errors, and may go on.
    terminal: bool,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    // Of what stands in the environment only files have an effect.
    let mut words = vec![p.args().first().cloned().unwrap_or_default()];
    let from_environment = p.env().get("BC_ENV_ARGS").map(ToOwned::to_owned).unwrap_or_default();
    words.extend(
        from_environment.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).map(BString::from),
    );
    let mut files = OPTIONS.parse_words(p, &words).await?.operands;
    let opts = OPTIONS.parse(p).await?;
    files.extend(opts.operands.iter().cloned());
    if opts.has('v') {
        say::print(p, VERSION).await?;
        return Ok(Exit(0));
    }
    let strict = opts.has('s') || p.env().get("POSIXLY_CORRECT").is_some();
    let posix = match (strict, opts.has('w')) {
        (true, _) => Posix::Refuse,
        (_, true) => Posix::Warn,
        _ => Posix::Ignore,
    };
    let printer = Printer::new(p, "BC_LINE_LENGTH", 1);
    let mut session = Session { machine: Machine::new(printer), posix, terminal: p.isatty(STDIN) };
    if session.terminal && !opts.has('q') {
        say::print(p, VERSION).await?;
    }
    if opts.has('l') {
        session.machine.state.scale = LIBRARY_SCALE;
        for library in Library::ALL {
            let name = [library.letter()].as_slice().into();
            session.machine.state.functions.insert(name, Callable::Library(library));
        }
    }
    let mut input = standard_input();
    for name in &files {
        if session.file(p, &mut input, name.as_bstr()).await? {
            return Ok(Exit(0));
        }
    }
    session.standard_input(p, &mut input).await?;
    Ok(Exit(0))
}

impl Session {
    /// Runs a file; whether the program has ended there.
    async fn file(&mut self, p: &mut Process, input: &mut Lines, name: &BStr) -> Result<bool, Exit> {
        let fd = open(p, name).await?;
        let mut lines = Lines::new(fd);
        let mut source = Source::stream(Some(name.to_owned()));
        loop {
            match self.item(p, &mut source, input).await {
                Ok(false) => {}
                Ok(true) => break,
                Err(Fault::Incomplete) => source.more_or_die(p, &mut lines).await?,
                Err(Fault::Quit) => return Ok(true),
                Err(Fault::Exit(exit)) => return Err(exit),
                Err(Fault::Message(_)) if self.terminal => break,
                Err(Fault::Message(_)) => return Err(Exit(1)),
            }
        }
        stream::close(p, fd);
        Ok(false)
    }

    async fn standard_input(&mut self, p: &mut Process, input: &mut Lines) -> Result<(), Exit> {
        let mut source = Source::stream(None);
        loop {
            match self.item(p, &mut source, input).await {
                Ok(false) => {}
                Ok(true) | Err(Fault::Quit) => return Ok(()),
                Err(Fault::Incomplete) => source.more_or_die(p, input).await?,
                Err(Fault::Exit(exit)) => return Err(exit),
                Err(Fault::Message(_)) if self.terminal => {
                    let length = source.text.len();
                    source.take(length);
                }
                Err(Fault::Message(_)) => return Err(Exit(1)),
            }
        }
    }

    /// Reads and runs one statement; whether there was none. Messages have been printed.
    async fn item(&mut self, p: &mut Process, source: &mut Source, input: &mut Lines) -> Result<bool, Fault> {
        let read = Read::item(&source.text, source.ended);
        if read.result.as_ref().err() == Some(&Fault::Incomplete) {
            return Err(Fault::Incomplete);
        }
        let line = source.line + read.lines;
        if self.posix != Posix::Ignore {
            for remark in &read.remarks {
                complain(p, source, line, remark.as_bytes()).await;
                if self.posix == Posix::Refuse {
                    return Err(Fault::Message(remark.as_str().into()));
                }
            }
        }
        self.machine.printer.text(&read.said);
        self.machine.rest = read.rest;
        let ran = match read.result {
            Ok(None) => return Ok(true),
            Ok(Some(Item::Define(name, function))) => {
                self.machine.state.functions.insert(name, Callable::Program(function.into()));
                Ok(())
            }
            Ok(Some(Item::Statement(function))) => self.machine.run(p, input, function).await,
            Err(fault) => Err(fault),
        };
        self.machine.flush(p).await?;
        if let Err(fault) = ran {
            if let Fault::Message(message) = &fault {
                complain(p, source, line, message).await;
            }
            return Err(fault);
        }
        source.take(read.taken);
        Ok(false)
    }
}

/// What was understood of a text.
struct Read {
    /// `None` at the end.
    result: Result<Option<Item>, Fault>,
    remarks: Vec<String>,
    said: Vec<u8>,
    taken: usize,
    /// Lines before the last token, and the rest of its line.
    lines: usize,
    rest: BString,
}

impl Read {
    fn item(text: &[u8], ended: bool) -> Read {
        let lexer = match Lexer::new(text, ended) {
            Ok(lexer) => lexer,
            Err(fault) => {
                let (said, rest) = (Vec::new(), BString::default());
                return Read { result: Err(fault), remarks: Vec::new(), said, taken: 0, lines: 0, rest };
            }
        };
        let mut parser = Parser::new(lexer);
        let result = if parser.lexer.token == Token::End { Ok(None) } else { parser.item().map(Some) };
        Read {
            result,
            remarks: std::mem::take(&mut parser.lexer.remarks),
            said: std::mem::take(&mut parser.said),
            taken: parser.lexer.taken(),
            lines: parser.lexer.lines_before(),
            rest: parser.lexer.rest_of_line().into(),
        }
    }
}
