//! awk: a parser that compiles as it reads, and a stack machine.

mod array;
mod builtins;
mod code;
mod expr;
mod fields;
mod format;
mod input;
mod lexer;
mod machine;
mod parse;
mod random;
mod run;
mod streams;
mod value;

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use self::code::{Program, Special, Var};
use self::input::{Input, assignment};
use self::lexer::{SyntaxError, unescaped};
use self::machine::{Fault, Machine};
use self::parse::Parser;
use self::value::Value;
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{say, stream, usage};

pub(crate) const USAGE: &str = "[OPTIONS] [AWK_PROGRAM] [FILE]...

	-v VAR=VAL	Set a variable before the program runs
	-F SEP		Fields are separated by SEP
	-f FILE		The program is in FILE
	-e AWK_PROGRAM	The program is this text";

const OPTIONS: Options = Options::new(USAGE, "F:v:f:e:W:").in_order();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let mut opts = OPTIONS.parse(p).await?;
    for word in opts.values('v') {
        if assignment(word).is_none() {
            return Err(usage::misuse(p, USAGE, 1).await);
        }
    }
    let sources = sources(p, &mut opts).await?;
    let (program, source_name) = match compile(&sources) {
        Ok(compiled) => compiled,
        Err((name, error)) => {
            let message = if error.bare {
                error.message
            } else {
                bytes!("{}:{}: {}", name, error.line.to_string(), error.message)
            };
            return Err(say::die(p, message).await);
        }
    };
    let mut machine = Machine::new(program, source_name);
    let ended = match prepare(p, &mut machine, &opts) {
        Ok(()) => whole_run(p, &mut machine).await,
        Err(fault) => Err(fault),
    };
    if let Err(fault) = ended {
        report(p, &machine, fault).await;
        machine.exit_status = 1;
    }
    // A failed flush is reported when the applet ends.
    let flushed = say::flush(p).await;
    machine.streams.close_all(p).await;
    flushed?;
    Ok(Exit(machine.exit_status))
}

/// The program texts with their names in messages.
async fn sources(p: &mut Process, opts: &mut Matches) -> Result<Vec<(BString, BString)>, Exit> {
    let mut sources = Vec::new();
    let files: Vec<BString> = opts.values('f').map(BString::from).collect();
    for file in files {
        match stream::read_operand(p, file.as_bstr()).await {
            Ok(text) => sources.push((file, text.into())),
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", file), errno).await),
        }
    }
    sources.extend(opts.values('e').map(|text| ("cmd. line".into(), text.into())));
    if sources.is_empty() {
        if opts.operands.is_empty() {
            return Err(usage::misuse(p, USAGE, 1).await);
        }
        sources.push(("cmd. line".into(), opts.operands.remove(0)));
    }
    Ok(sources)
}

fn compile(sources: &[(BString, BString)]) -> Result<(Program, BString), (BString, SyntaxError)> {
    let mut parser = Parser::new();
    let mut last = BString::default();
    for (name, text) in sources {
        parser.source(text).map_err(|error| (name.clone(), error))?;
        last = name.clone();
    }
    Ok((parser.program, last))
}

/// Sets the variables that are there from the start.
fn prepare(p: &Process, machine: &mut Machine, opts: &Matches) -> Result<(), Fault> {
    let environ = machine.array(Var::Global(Special::Environ.slot()));
    for (name, value) in p.env().iter() {
        *environ.borrow_mut().element(name) = Value::user(value);
    }
    let argv = machine.array(Var::Global(Special::Argv.slot()));
    let words = std::iter::once("awk".as_bytes()).chain(opts.operands.iter().map(|word| word.as_slice()));
    let mut count = 0u32;
    for word in words {
        *argv.borrow_mut().element(count.to_string().as_bytes()) = Value::user(word);
        count += 1;
    }
    *machine.special(Special::Argc) = Value::Num(f64::from(count));
    if let Some(separator) = opts.value('F') {
        machine.set_special(Special::Fs, Value::string(unescaped(separator)))?;
    }
    for word in opts.values('v') {
        machine.assign(word)?;
    }
    Ok(())
}

async fn whole_run(p: &mut Process, machine: &mut Machine) -> Result<(), Fault> {
    let mut input = Input::default();
    let (begin, main, end) =
        (machine.program.begin.clone(), machine.program.main.clone(), machine.program.end.clone());
    let mut exited = false;
    for start in begin {
        match machine.run(p, &mut input, start).await {
            Ok(()) | Err(Fault::Next | Fault::NextFile) => {}
            Err(Fault::Exit) => {
                exited = true;
                break;
            }
            Err(other) => return Err(other),
        }
    }
    let reads = !(main.is_empty() && end.is_empty());
    if reads && !exited {
        records(p, machine, &mut input, &main).await?;
    }
    input.skip_file(p);
    for start in end {
        match machine.run(p, &mut input, start).await {
            Ok(()) | Err(Fault::Next | Fault::NextFile) => {}
            Err(Fault::Exit) => break,
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

async fn records(
    p: &mut Process,
    machine: &mut Machine,
    input: &mut Input,
    main: &[u32],
) -> Result<(), Fault> {
    while let Some(text) = input.record(p, machine).await? {
        machine.record.set(text);
        for start in main {
            match machine.run(p, input, *start).await {
                Ok(()) => {}
                Err(Fault::Next) => break,
                Err(Fault::NextFile) => {
                    input.skip_file(p);
                    break;
                }
                Err(Fault::Exit) => return Ok(()),
                Err(other) => return Err(other),
            }
        }
    }
    Ok(())
}

async fn report(p: &mut Process, machine: &Machine, fault: Fault) {
    match fault {
        Fault::At(message) => {
            let line = machine.program.lines.get(machine.at.saturating_sub(1)).copied().unwrap_or(1);
            say::error(p, bytes!("{}:{}: {}", machine.source_name, line.to_string(), message)).await;
        }
        Fault::Bare(message) => say::error(p, message).await,
        _ => {}
    }
}
