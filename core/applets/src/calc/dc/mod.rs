//! dc.

use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};

use super::fault::Fault;
use super::printer::Printer;
use super::source::{Source, complain, open, standard_input};
use crate::frame::getopt::Options;
use crate::frame::stream::{self, Lines, STDIN};
use crate::frame::table::Ended;
use code::Reader;
use machine::Machine;

mod code;
mod machine;

pub(crate) const USAGE: &str = "[-x] [-eSCRIPT]... [-fFILE]... [FILE]...

Calculate on a stack: operators come after their operands.

+ - * / % ^ ~ | v	Arithmetic: ~ gives quotient and rest, | is a power modulo the top
p f	Print the top; print all
k i o	Take the number of places, the base of what is read, of what is printed
Examples: dc -e'1 2 + p' prints 3, dc -e'2k 1 3 / p' prints .33";

const OPTIONS: Options = Options::new(USAGE, "e:f:x").short_only();

struct Session {
    machine: Machine,
    /// Standard input, of which `?` takes lines too.
    input: Lines,
    terminal: bool,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let machine = Machine::new(Printer::new(p, "DC_LINE_LENGTH", 0));
    let mut session = Session { machine, input: standard_input(), terminal: p.isatty(STDIN) };
    let mut given = false;
    for (option, value) in opts.given() {
        let value = value.unwrap_or_default();
        given |= option != 'x';
        let quit = match option {
            'x' => {
                session.machine.long_names = true;
                false
            }
            'e' => session.text(p, value).await?,
            _ => session.file(p, value).await?,
        };
        if quit {
            return Ok(Exit(0));
        }
    }
    for name in &opts.operands {
        if session.file(p, name.as_bstr()).await? {
            return Ok(Exit(0));
        }
    }
    if !given && opts.operands.is_empty() {
        session.standard_input(p).await?;
    }
    Ok(Exit(0))
}

impl Session {
    /// Runs a text of the command line; whether the program has ended.
    async fn text(&mut self, p: &mut Process, text: &BStr) -> Result<bool, Exit> {
        let mut source = Source::whole(text);
        loop {
            match self.command(p, &mut source).await {
                Ok(false) => {}
                Ok(true) => return Ok(false),
                Err(fault) => return ended(fault),
            }
        }
    }

    async fn file(&mut self, p: &mut Process, name: &BStr) -> Result<bool, Exit> {
        let fd = open(p, name).await?;
        let mut lines = Lines::new(fd);
        let mut source = Source::stream(Some(name.to_owned()));
        loop {
            match self.command(p, &mut source).await {
                Ok(false) => {}
                Ok(true) => break,
                Err(Fault::Incomplete) => source.more_or_die(p, &mut lines).await?,
                Err(fault) => return ended(fault),
            }
        }
        stream::close(p, fd);
        Ok(false)
    }

    async fn standard_input(&mut self, p: &mut Process) -> Result<bool, Exit> {
        let mut source = Source::stream(None);
        loop {
            match self.command(p, &mut source).await {
                Ok(false) => {}
                Ok(true) => return Ok(false),
                Err(Fault::Incomplete) => source.more_or_die(p, &mut self.input).await?,
                Err(Fault::Message(_)) if self.terminal => {
                    let length = source.text.len();
                    source.take(length);
                }
                Err(fault) => return ended(fault),
            }
        }
    }

    /// Reads and runs one command; whether there was none. Messages have been printed.
    async fn command(&mut self, p: &mut Process, source: &mut Source) -> Result<bool, Fault> {
        p.tick(1).await;
        let long_names = self.machine.long_names;
        let mut reader = Reader { text: &source.text, ended: source.ended, at: 0, long_names };
        let read = reader.next();
        let taken = reader.at;
        let ran = match read {
            Ok(None) => return Ok(true),
            Ok(Some(command)) => {
                source.take(taken);
                self.machine.run(p, &mut self.input, command).await
            }
            Err(Fault::Incomplete) => return Err(Fault::Incomplete),
            Err(fault) => Err(fault),
        };
        self.machine.flush(p).await?;
        if let Err(Fault::Message(message)) = &ran {
            complain(p, source, source.line, message).await;
        }
        ran.map(|()| false)
    }
}

/// Whether the program asked for its end, or failed.
fn ended(fault: Fault) -> Result<bool, Exit> {
    match fault {
        Fault::Quit => Ok(true),
        Fault::Exit(exit) => Err(exit),
        Fault::Incomplete | Fault::Message(_) => Err(Exit(1)),
    }
}
