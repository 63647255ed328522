//! The builtins: one file and one row each.

mod alias;
mod cd;
mod command;
mod declare;
mod echo;
mod eval;
mod exec;
mod exit;
mod getopts;
mod hash;
mod help;
mod jobs;
mod kill;
mod r#let;
mod local;
mod options;
mod printf;
mod pwd;
mod read;
mod set;
mod shift;
mod source;
mod test;
mod times;
mod trap;
mod r#type;
mod ulimit;
mod umask;
mod unset;
mod wait;

use bstr::BString;
use kernel::{LocalBoxFuture, Process};

use crate::exec::{Flags, Machine, Outcome, Raise};

pub(crate) use command::command_prefix;
pub(crate) use source::read_file;

/// What a builtin returns.
pub(crate) type Done = Result<Outcome, Raise>;

type Immediate = fn(&mut Machine, &mut Process, &[BString]) -> Done;
type Waiting = for<'f> fn(&'f mut Machine, &'f mut Process, &'f [BString]) -> LocalBoxFuture<'f, Done>;
type Framed = for<'f> fn(&'f mut Machine, &'f mut Process, &'f [BString], Flags) -> LocalBoxFuture<'f, Done>;

#[derive(Clone, Copy)]
enum Run {
    /// Ends at once.
    Now(Immediate),
    /// May wait.
    Wait(Waiting),
    /// Evaluates commands by pushing frames.
    Frames(Framed),
}

/// A builtin.
pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    /// A POSIX special builtin: its errors end the script, its assignments stay.
    pub(crate) special: bool,
    /// Its arguments may be assignments, which are not split.
    pub(crate) declares: bool,
    pub(crate) pushes_frames: bool,
    run: Run,
}

impl Builtin {
    const fn new(name: &'static str, run: Run) -> Builtin {
        Builtin { name, special: false, declares: false, pushes_frames: matches!(run, Run::Frames(_)), run }
    }

    const fn special(mut self) -> Builtin {
        self.special = true;
        self
    }

    const fn declares(mut self) -> Builtin {
        self.declares = true;
        self
    }

    /// Whether it ends at once.
    pub(crate) fn is_immediate(&self) -> bool {
        matches!(self.run, Run::Now(_))
    }

    /// Runs a builtin that ends at once; others do nothing here.
    pub(crate) fn run_now(&self, m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
        match self.run {
            Run::Now(run) => run(m, p, args),
            Run::Wait(_) | Run::Frames(_) => status(0),
        }
    }

    /// Runs it with its name and arguments.
    pub(crate) async fn run(&self, m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
        self.run_with(m, p, args, Flags::default()).await
    }

    /// Runs it; `flags` are those of the command.
    pub(crate) async fn run_with(
        &self,
        m: &mut Machine,
        p: &mut Process,
        args: &[BString],
        flags: Flags,
    ) -> Done {
        match self.run {
            Run::Now(run) => run(m, p, args),
            Run::Wait(run) => run(m, p, args).await,
            Run::Frames(run) => run(m, p, args, flags).await,
        }
    }
}

/// All builtins by name.
const TABLE: &[Builtin] = &[
    Builtin::new(".", Run::Frames(source::run)).special(),
    Builtin::new(":", Run::Now(exit::succeed)).special(),
    Builtin::new("[", Run::Now(test::run)),
    Builtin::new("[[", Run::Now(test::run)),
    Builtin::new("alias", Run::Now(alias::alias)).declares(),
    Builtin::new("bg", Run::Now(jobs::bg)),
    Builtin::new("break", Run::Now(exit::break_loop)).special(),
    Builtin::new("cd", Run::Now(cd::run)),
    Builtin::new("chdir", Run::Now(cd::run)),
    Builtin::new("command", Run::Now(command::run)),
    Builtin::new("continue", Run::Now(exit::continue_loop)).special(),
    Builtin::new("echo", Run::Now(echo::run)),
    Builtin::new("eval", Run::Frames(eval::run)).special(),
    Builtin::new("exec", Run::Wait(exec::run)).special(),
    Builtin::new("exit", Run::Now(exit::exit)).special(),
    Builtin::new("export", Run::Now(declare::export)).special().declares(),
    Builtin::new("false", Run::Now(exit::fail)),
    Builtin::new("fg", Run::Wait(jobs::fg)),
    Builtin::new("getopts", Run::Now(getopts::run)),
    Builtin::new("hash", Run::Now(hash::run)),
    Builtin::new("help", Run::Now(help::run)),
    Builtin::new("jobs", Run::Wait(jobs::jobs)),
    Builtin::new("kill", Run::Wait(kill::run)),
    Builtin::new("let", Run::Now(r#let::run)),
    Builtin::new("local", Run::Now(local::run)).special().declares(),
    Builtin::new("printf", Run::Now(printf::run)),
    Builtin::new("pwd", Run::Now(pwd::run)),
    Builtin::new("read", Run::Wait(read::run)),
    Builtin::new("readonly", Run::Now(declare::readonly)).special().declares(),
    Builtin::new("return", Run::Now(exit::return_from)).special(),
    Builtin::new("set", Run::Now(set::run)).special(),
    Builtin::new("shift", Run::Now(shift::run)).special(),
    Builtin::new("source", Run::Frames(source::run)).special(),
    Builtin::new("test", Run::Now(test::run)),
    Builtin::new("times", Run::Now(times::run)).special(),
    Builtin::new("trap", Run::Now(trap::run)).special(),
    Builtin::new("true", Run::Now(exit::succeed)),
    Builtin::new("type", Run::Now(r#type::run)),
    Builtin::new("ulimit", Run::Now(ulimit::run)),
    Builtin::new("umask", Run::Now(umask::run)),
    Builtin::new("unalias", Run::Now(alias::unalias)),
    Builtin::new("unset", Run::Now(unset::run)).special(),
    Builtin::new("wait", Run::Wait(wait::run)),
];

/// The builtin of a name.
pub(crate) fn find(name: &[u8]) -> Option<&'static Builtin> {
    // Every command comes through here: the first byte decides most of the time.
    let first = *name.first()?;
    let start = TABLE.partition_point(|builtin| builtin.name.as_bytes()[0] < first);
    let mut candidates = TABLE[start..].iter().take_while(|builtin| builtin.name.as_bytes()[0] == first);
    candidates.find(|builtin| builtin.name.as_bytes() == name)
}

/// Whether a name is that of a special builtin.
pub(crate) fn is_special(name: &[u8]) -> bool {
    find(name).is_some_and(|builtin| builtin.special)
}

/// Whether a builtin of this name takes assignments as arguments.
pub(crate) fn declares(name: &[u8]) -> bool {
    find(name).is_some_and(|builtin| builtin.declares)
}

/// The names of all builtins.
fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|builtin| builtin.name)
}

/// The end of a builtin with this status.
fn status(status: u8) -> Done {
    Ok(Outcome::Status(status))
}

impl Machine {
    /// A number argument, from 0 up.
    fn number_argument(&self, text: &[u8]) -> Result<u32, Raise> {
        let digits = !text.is_empty() && text.len() <= 9 && text.iter().all(u8::is_ascii_digit);
        if !digits {
            let mut message = BString::from("Illegal number: ");
            message.extend_from_slice(text);
            return Err(self.raise(message));
        }
        Ok(text.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    }

    /// The error with a quoted argument in front: `argument: text`.
    fn raise_about(&self, argument: &[u8], text: &str) -> Raise {
        let mut message = BString::from(argument);
        message.extend_from_slice(b": ");
        message.extend_from_slice(text.as_bytes());
        self.raise(message)
    }
}
