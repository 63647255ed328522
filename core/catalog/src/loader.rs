//! From notes on executables to programs.

use std::rc::Rc;

use apk::{Apk, Mirror};
use applets::Busybox;
use kernel::{Exit, Loader, LocalBoxFuture, Process, Program};
use shell::Ash;
use vfs::{Content, ProgramNote};

use crate::{behaviours::Behaviour, notes::Note};

/// Exit status where the simulation ends.
const NOT_SIMULATED: Exit = Exit(126);

/// Knows all programs.
pub(crate) struct Programs {
    pub(crate) mirror: Rc<dyn Mirror>,
}

impl Loader for Programs {
    fn load(&self, note: &ProgramNote) -> Option<Rc<dyn Program>> {
        Some(match Note::parse(note)? {
            Note::Busybox => Rc::new(MultiCall),
            Note::Apk(engine) => Rc::new(Apk::new(Rc::clone(&self.mirror), engine)),
            Note::Behaviour(name) => match Behaviour::find(&name) {
                Some(behaviour) => Rc::new(behaviour),
                None => Rc::new(Unsimulated(name)),
            },
            Note::Program(path) => Rc::new(Unsimulated(path)),
        })
    }

    fn recognise(&self, exe: &[u8], content: &Content) -> Option<ProgramNote> {
        Note::of_foreign(exe, content).map(Note::into_note)
    }
}

/// Busybox with its shell.
struct MultiCall;

impl Program for MultiCall {
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        let words = process.args();
        let base = |word: &[u8]| word.rsplit(|&b| b == b'/').next().unwrap_or_default().to_vec();
        // A login shell's name begins with a dash.
        let name = words.first().map(|word| base(word)).unwrap_or_default();
        let name = name.strip_prefix(b"-").unwrap_or(&name).to_vec();
        let is_shell = |name: &[u8]| matches!(name, b"sh" | b"ash");
        if name.starts_with(b"busybox") && words.get(1).is_some_and(|word| is_shell(word)) {
            let words = words[1..].to_vec();
            process.set_args(words);
            return Ash.run(process);
        }
        if is_shell(&name) { Ash.run(process) } else { Busybox.run(process) }
    }
}

/// A program that exists, but not here.
struct Unsimulated(String);

impl Program for Unsimulated {
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(async move {
            let name = self.0.rsplit('/').next().unwrap_or(&self.0);
            process.eprint(format!("glasshull: {}: the program '{name}' is not simulated\n", self.0)).await;
            NOT_SIMULATED
        })
    }
}
