//! What a shell knows: variables, functions, aliases, options, positional parameters, traps, jobs.
//!
//! Every part is a persistent map or a small value, so that a fork copies the whole state at almost no cost.

mod fields;
mod getopts;
mod ifs;
mod jobs;
mod options;
mod slots;
mod traps;
mod variables;

use std::borrow::Cow;
use std::rc::Rc;

use bstr::{BStr, BString};
use kernel::Pid;

use crate::ast::NodeRef;

pub(crate) use fields::Fields;
pub(crate) use getopts::GetoptsState;
pub(crate) use ifs::Ifs;
pub(crate) use jobs::{Job, JobMember, JobState, Jobs};
pub(crate) use options::{Opt, Options};
pub(crate) use traps::{ERR_TRAP, TrapAction, Traps};
pub(crate) use variables::{ReadOnly, Variable, Vars, row};

/// Alias names and their texts.
pub type Aliases = im::OrdMap<BString, Rc<BString>>;

/// Where a program was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hashed {
    pub(crate) path: BString,
    /// The working directory has changed since: it is looked for again.
    pub(crate) stale: bool,
}

/// The state of one shell process.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) vars: Vars,
    pub(crate) functions: im::OrdMap<BString, NodeRef>,
    pub(crate) aliases: Aliases,
    pub(crate) options: Options,
    /// `$1` and so on.
    pub(crate) params: Rc<Fields>,
    /// `$0`.
    pub(crate) arg0: BString,
    /// The name of the program as builtins that are applets, too, show it: `sh` or `ash`.
    pub(crate) applet: BString,
    /// The name in front of error messages: the running builtin, or the script.
    pub(crate) command_name: Option<Cow<'static, BStr>>,
    /// The line that error messages and `$LINENO` tell.
    pub(crate) line: u32,
    /// The line that the script being read has been read up to.
    pub(crate) read_line: u32,
    /// `$?`
    pub(crate) status: u8,
    /// While a trap's commands run: `$?` when they began, and how many functions were running.
    pub(crate) trap_entry: Option<(u8, usize)>,
    /// `$$`: the process number of the shell that all subshells came from.
    pub(crate) root_pid: Pid,
    /// `$!`
    pub(crate) last_background: Option<Pid>,
    pub(crate) traps: Traps,
    /// Signals that were ignored from the beginning, by bits of their numbers: no trap changes that.
    pub(crate) hard_ignored: u64,
    /// How many more prompts `exit` has been warned of stopped jobs for.
    pub(crate) exit_warning: u8,
    /// The commands of `trap ... ERR` are running.
    pub(crate) in_err_trap: bool,
    /// The commands of `trap ... EXIT` have begun.
    pub(crate) exiting: bool,
    pub(crate) jobs: Jobs,
    /// Names that `hash` remembers.
    pub(crate) hashed: im::OrdMap<BString, Hashed>,
    pub(crate) getopts: GetoptsState,
    /// The working directory as `pwd` and `cd ..` see it.
    pub(crate) directory: BString,
    /// Nested function calls, `eval`s and sourced files.
    pub(crate) call_depth: usize,
    /// `FUNCNAME` has been unset, and is an ordinary variable since.
    pub(crate) is_funcname_unset: bool,
    /// The running function, for `$FUNCNAME`.
    pub(crate) function_name: BString,
    /// Function calls among them.
    pub(crate) function_depth: usize,
    /// This process is a subshell of another.
    pub(crate) is_subshell: bool,
    /// Standard error was a terminal when the shell began.
    pub(crate) has_terminal: bool,
    /// Status of the last command substitution in the current command.
    pub(crate) substitution_status: Option<u8>,
    /// State of `$RANDOM`.
    pub(crate) random: u32,
}
