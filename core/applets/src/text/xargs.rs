//! xargs.

use std::collections::VecDeque;

use bstr::{BString, ByteSlice};
use kernel::{Exit, ExitStatus, Pid, Process, WaitFlags, WaitFor};
use vfs::Errno;

use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::{self, STDIN};
use crate::frame::table::Ended;
use crate::frame::{number, say};

pub(crate) const USAGE: &str = "[OPTIONS] [PROG ARGS]

Run PROG with the words of standard input as arguments

	-0	Words end with NUL
	-a FILE	Read FILE
	-o	Standard input of PROG is /dev/tty
	-r	Do not run PROG when there is no word
	-t	Show each command on standard error
	-p	Ask before each command
	-E STR,-e[STR]	The word STR ends the input
	-I STR	Put each line in place of STR in ARGS
	-n N	At most N words a command
	-s N	At most N bytes a command
	-P N	Up to N commands at a time
	-x	Give up when a command would be too long";

const OPTIONS: Options = Options::new(USAGE, "trn:s:E:e::0xI:i::pP:a:o").in_order();

/// The bytes of a command unless `-s` says otherwise: 32 KiB less the 2 KiB that POSIX leaves to the program.
const COMMAND_BYTES: usize = 30 * 1024;

/// How words are cut from the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    Quoted,
    Lines,
    Zero,
}

struct Xargs {
    command: Vec<BString>,
    replace: Option<BString>,
    most_words: usize,
    most_bytes: usize,
    parallel: usize,
    trace: bool,
    ask: bool,
    running: Vec<Pid>,
    status: u8,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut xargs = match plan(&opts) {
        Ok(xargs) => xargs,
        Err(message) => return Err(say::die(p, message).await),
    };
    if let Some(file) = opts.value('a') {
        let Some(fd) = stream::open_or_warn(p, file).await else { return Err(Exit(1)) };
        if fd != STDIN {
            // The descriptor was just opened, so it can be copied.
            let _ = p.dup2(fd, STDIN);
            stream::close(p, fd);
        }
    }
    let words = if opts.has('0') {
        Words::Zero
    } else if xargs.replace.is_some() {
        Words::Lines
    } else {
        Words::Quoted
    };
    let end = opts.last_of(&['E', 'e']).and_then(|key| opts.value(key)).filter(|end| !end.is_empty());
    let mut source = Source::new(words, end.map(BString::from));
    let fixed: usize = xargs.command.iter().map(|word| word.len() + 1).sum();
    let Some(room) = xargs.most_bytes.checked_sub(fixed).filter(|room| *room > 0) else {
        return Err(say::die(p, "can't fit single argument within argument list size limit").await);
    };
    let mut first = true;
    loop {
        let batch = xargs.batch(p, &mut source, room).await?;
        let nothing = batch.is_empty();
        if nothing && (!first || opts.has('r') || xargs.replace.is_some()) {
            break;
        }
        first = false;
        xargs.run(p, batch).await?;
        if nothing {
            break;
        }
    }
    while !xargs.running.is_empty() {
        xargs.reap(p).await?;
    }
    Ok(Exit(xargs.status))
}

fn plan(opts: &Matches) -> Result<Xargs, BString> {
    let number = |key, least: u64, default| match opts.value(key) {
        Some(text) => number::unsigned(text, least, i32::MAX as u64, &[]).map(|value| value as usize),
        None => Ok(default),
    };
    let replace = opts.last_of(&['I', 'i']).map(|key| opts.value(key).map_or("{}".into(), BString::from));
    let command = if opts.operands.is_empty() { vec!["echo".into()] } else { opts.operands.clone() };
    let most_words = number('n', 1, usize::MAX)?;
    let parallel = number('P', 0, 1)?;
    Ok(Xargs {
        command,
        most_words: if replace.is_some() { 1 } else { most_words },
        replace,
        most_bytes: number('s', 1, COMMAND_BYTES)?,
        parallel: if parallel == 0 { usize::MAX } else { parallel },
        trace: opts.has('t') || opts.has('p'),
        ask: opts.has('p'),
        running: Vec::new(),
        status: 0,
    })
}

impl Xargs {
    /// The words of the next command.
    async fn batch(&self, p: &mut Process, source: &mut Source, room: usize) -> Result<Vec<BString>, Exit> {
        let mut batch: Vec<BString> = Vec::new();
        let mut left = room;
        while batch.len() < self.most_words {
            match source.fill(p).await {
                Err(message) => return Err(say::die(p, message).await),
                Ok(false) => break,
                Ok(true) => {}
            }
            let Some(word) = source.ready.front() else { break };
            let size = word.len() + 1;
            if size > left {
                if batch.is_empty() {
                    return Err(say::die(p, "argument line too long").await);
                }
                break;
            }
            left -= size;
            batch.extend(source.ready.pop_front());
        }
        Ok(batch)
    }

    /// The whole command with the words in it.
    fn argv(&self, batch: Vec<BString>) -> Vec<BString> {
        match (&self.replace, batch.first()) {
            (Some(mark), Some(line)) if !mark.is_empty() => {
                self.command.iter().map(|word| word.replace(mark, line).into()).collect()
            }
            (Some(_), _) => self.command.clone(),
            (None, _) => self.command.iter().cloned().chain(batch).collect(),
        }
    }

    async fn run(&mut self, p: &mut Process, batch: Vec<BString>) -> Result<(), Exit> {
        let argv = self.argv(batch);
        if self.trace {
            let end = if self.ask { "" } else { "\n" };
            p.eprint(bytes!("{}{}", bstr::join(" ", &argv), end)).await;
        }
        if self.ask && !confirmed(p).await? {
            return Ok(());
        }
        say::flush(p).await?;
        match p.spawn(&argv).await {
            Ok(pid) => self.running.push(pid),
            Err(errno) => {
                say::errno(p, &argv[0], errno).await;
                return Err(Exit(if errno == Errno::ENOENT { 127 } else { 126 }));
            }
        }
        if self.running.len() >= self.parallel { self.reap(p).await } else { Ok(()) }
    }

    /// Waits for one command and takes its status in.
    async fn reap(&mut self, p: &mut Process) -> Result<(), Exit> {
        let Ok((pid, status)) = p.wait(WaitFor::Any, WaitFlags::default()).await else {
            self.running.clear();
            return Ok(());
        };
        self.running.retain(|running| *running != pid);
        let program = self.command[0].clone();
        match status {
            ExitStatus::Exited(0) => Ok(()),
            ExitStatus::Exited(255) => {
                say::error(p, bytes!("{}: exited with status 255; aborting", program)).await;
                Err(Exit(124))
            }
            ExitStatus::Exited(_) => {
                self.status = 123;
                Ok(())
            }
            ExitStatus::Signaled(signal) => {
                let number = signal.number().to_string();
                say::error(p, bytes!("'{}' terminated by signal {}", program, number)).await;
                Err(Exit(125))
            }
        }
    }
}

/// The answer that is typed for `-p`.
async fn confirmed(p: &mut Process) -> Result<bool, Exit> {
    let Some(fd) = stream::open_or_warn(p, "/dev/tty".into()).await else { return Err(Exit(1)) };
    p.eprint(" ?...").await;
    let answer = stream::Lines::new(fd).next(p).await;
    stream::close(p, fd);
    Ok(matches!(answer, Ok(Some(line)) if matches!(line.first(), Some(b'y' | b'Y'))))
}

/// Cuts the input into words, chunk by chunk.
struct Source {
    words: Words,
    end_word: Option<BString>,
    ready: VecDeque<BString>,
    word: BString,
    in_word: bool,
    quote: u8,
    ended: bool,
}

impl Source {
    fn new(words: Words, end_word: Option<BString>) -> Source {
        Source {
            words,
            end_word,
            ready: VecDeque::new(),
            word: "".into(),
            in_word: false,
            quote: 0,
            ended: false,
        }
    }

    /// Makes sure that a word is ready; false at the end.
    async fn fill(&mut self, p: &mut Process) -> Result<bool, BString> {
        while self.ready.is_empty() && !self.ended {
            let chunk = p.read(STDIN, stream::CHUNK).await.unwrap_or_default();
            p.tick(1 + chunk.len() as u32 / 64).await;
            if chunk.is_empty() {
                self.ended = true;
                if matches!(self.quote, b'\'' | b'"') {
                    let name = if self.quote == b'"' { "double" } else { "single" };
                    return Err(bytes!("unmatched {} quote", name));
                }
                self.finish_word();
            }
            for byte in chunk {
                self.byte(byte)?;
            }
        }
        Ok(!self.ready.is_empty())
    }

    fn byte(&mut self, byte: u8) -> Result<(), BString> {
        if self.ended {
            return Ok(());
        }
        match self.words {
            Words::Zero if byte == 0 => {
                self.in_word = true;
                self.finish_word();
            }
            Words::Lines if byte == b'\n' => self.finish_word(),
            Words::Lines if !self.in_word && matches!(byte, b' ' | b'\t' | 11 | 12 | b'\r') => {}
            Words::Zero | Words::Lines => self.take(byte),
            Words::Quoted => return self.quoted(byte),
        }
        Ok(())
    }

    fn take(&mut self, byte: u8) {
        self.word.push(byte);
        self.in_word = true;
    }

    fn quoted(&mut self, byte: u8) -> Result<(), BString> {
        match (self.quote, byte) {
            (b'\\', _) => {
                self.quote = 0;
                self.take(byte);
            }
            (0, b'\\' | b'\'' | b'"') => self.quote = byte,
            (0, b' ' | b'\t' | b'\n' | 11 | 12 | b'\r') => self.finish_word(),
            (0, _) => self.take(byte),
            (quote, _) if quote == byte => self.quote = 0,
            (quote, b'\n') => {
                let name = if quote == b'"' { "double" } else { "single" };
                return Err(bytes!("unmatched {} quote", name));
            }
            _ => self.take(byte),
        }
        Ok(())
    }

    fn finish_word(&mut self) {
        if !std::mem::take(&mut self.in_word) {
            return;
        }
        let word = std::mem::take(&mut self.word);
        if self.end_word.as_ref() == Some(&word) && self.words != Words::Zero {
            self.ended = true;
        } else {
            self.ready.push_back(word);
        }
    }
}
