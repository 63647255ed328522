//! `glasshull shell`: a prompt on the simulated host.

use std::{cell::RefCell, io::BufRead, path::PathBuf, rc::Rc};

use api::{Backend, Input, Stream};
use clap::Args;
use docker::{Host, Select};
use kernel::Loader;
use rustyline::{DefaultEditor, error::ReadlineError};
use simulator::{
    machine::{Console, Machine, PROJECT, Terminal, is_incomplete, programs},
    session::Entry,
};
use vfs::Tree;

use crate::{
    host::NativeHost,
    state::{Done, State},
};

#[derive(Args)]
pub(crate) struct Options {
    /// The folder that becomes the project folder of the simulated host; nothing is written back to it
    #[arg(default_value = ".")]
    project: PathBuf,
    /// Run this text instead of asking for lines
    #[arg(short, value_name = "TEXT")]
    command: Option<String>,
}

/// The machine with what its lines need.
struct Session {
    machine: Machine,
    loader: Rc<dyn Loader>,
    terminal: Option<Terminal>,
    state: State,
    /// The files that the project folder began with, until a line changes the world.
    project: Option<Tree>,
    /// Lines since the world last changed.
    pending: Vec<Entry>,
}

/// Runs lines until `exit` or the end of input; the last one's exit status.
pub(crate) fn run(options: Options, state: State) -> Result<u8, String> {
    let host = NativeHost::new();
    let is_terminal = host.stdin_is_terminal() && host.is_terminal(Stream::Stdout);
    let shown = options.project.display().to_string();
    let project =
        host.load_dir(&shown, &mut |_, _| Select::Include).map_err(|error| format!("{shown}: {error}"))?;
    let clock = state.simulator.borrow().now();
    let mut machine = Machine::new(clock).map_err(|errno| errno.to_string())?;
    machine.set_project(&project).map_err(|errno| errno.to_string())?;
    let others = catalog::Catalog::new().map_err(|error| error.to_string())?.loader();
    let asks = is_terminal && options.command.is_none();
    let terminal: Option<Terminal> = asks.then(|| Rc::new(RefCell::new(Front { host })) as Terminal);
    let loader = programs(Rc::clone(&state.simulator), others, terminal.clone());
    let project = Some(project);
    let mut session = Session { machine, loader, terminal, state, project, pending: Vec::new() };
    match options.command {
        Some(text) => session.line(&text),
        None if asks => session.ask(),
        None => session.read(),
    }
}

impl Session {
    /// Runs a line and saves the world.
    fn line(&mut self, line: &str) -> Result<u8, String> {
        let mut host = NativeHost::new();
        let mut write = |stream, bytes: &[u8]| host.write(stream, bytes);
        let terminal = self.terminal.as_ref();
        let outcome = self.machine.run(
            line,
            Rc::clone(&self.loader),
            terminal,
            Some(&self.state.simulator),
            &mut write,
        )?;
        self.pending.push(Entry::Run { line: line.to_owned(), typed: None });
        let (project, pending) = (&mut self.project, &mut self.pending);
        self.state.save(|archive| {
            let keep = |tree: Tree| {
                let bytes = postcard::to_allocvec(&tree).map_err(|error| error.to_string())?;
                archive.keep_input(&bytes).map_err(|error| error.to_string())
            };
            let project = project.take().map(keep).transpose()?;
            Ok(Done::Typed { project, place: None, entries: std::mem::take(pending) })
        })?;
        if let Some(terminal) = &self.terminal {
            // The prompt reads the keyboard again.
            terminal.borrow_mut().rest();
        }
        Ok(outcome.exit)
    }

    /// Lines of a file or pipe.
    fn read(&mut self) -> Result<u8, String> {
        let mut status = 0;
        let mut text = String::new();
        for line in std::io::stdin().lock().lines() {
            text += &line.map_err(|error| error.to_string())?;
            text.push('\n');
            if is_incomplete(text.trim_end_matches('\n')) {
                continue;
            }
            status = self.line(&text)?;
            if leaves(&text) {
                return Ok(status);
            }
            text.clear();
        }
        if text.is_empty() { Ok(status) } else { self.line(&text) }
    }

    /// Lines of a person, with history and editing.
    fn ask(&mut self) -> Result<u8, String> {
        let mut editor = DefaultEditor::new().map_err(|error| error.to_string())?;
        let mut status = 0;
        let mut text = String::new();
        loop {
            let prompt = if text.is_empty() { self.prompt() } else { "> ".to_owned() };
            match editor.readline(&prompt) {
                Ok(line) => {
                    text += &line;
                    if is_incomplete(&text) {
                        text.push('\n');
                        continue;
                    }
                    // A history that cannot take a line is no reason to stop.
                    let _ = editor.add_history_entry(text.as_str());
                    status = self.line(&text)?;
                    if leaves(&text) {
                        return Ok(status);
                    }
                    text.clear();
                }
                Err(ReadlineError::Interrupted) => text.clear(),
                Err(ReadlineError::Eof) => return Ok(status),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    /// As busybox shows it: the home directory as `~`.
    fn prompt(&self) -> String {
        let directory = self.machine.directory.to_string();
        let shown = match directory.strip_prefix("/root") {
            Some(below) if below.is_empty() || below.starts_with('/') => format!("~{below}"),
            _ => directory,
        };
        format!("glasshull:{shown}# ")
    }
}

/// What a person is told at the start.
pub(crate) fn greeting() -> String {
    format!(
        "A simulated host with docker. Your folder is {PROJECT}; what you change there stays here. \
         Leave with exit.\n"
    )
}

fn leaves(text: &str) -> bool {
    text.split_whitespace().next().is_some_and(|word| word.trim_end_matches(';') == "exit")
}

/// The real terminal.
struct Front {
    host: NativeHost,
}

impl Console for Front {
    fn poll(&mut self) -> Option<Input> {
        self.host.poll_input()
    }

    fn wait(&mut self) -> Input {
        self.host.wait_input()
    }

    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        self.host.write(stream, bytes);
    }

    fn set_raw(&mut self, raw: bool) {
        self.host.set_raw(raw);
    }

    fn rest(&mut self) {
        self.host.rest();
    }
}
