//! Frames: what is still to be done.

use std::borrow::Cow;
use std::rc::Rc;

use bstr::{BStr, BString};

use super::input::Input;
use super::redirect::SavedFds;
use crate::ast::NodeRef;
use crate::state::{Fields, Variable};

/// How a node is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Flags {
    /// Its status is looked at, so that `set -e` does not apply.
    pub(crate) tested: bool,
    /// The shell ends with it, so that no fork is needed.
    pub(crate) last: bool,
}

impl Flags {
    /// Looked at, and not the end.
    pub(crate) const TESTED: Flags = Flags { tested: true, last: false };

    /// The same, but with more to come.
    pub(crate) fn not_last(self) -> Flags {
        Flags { last: false, ..self }
    }
}

/// One thing to do.
pub(crate) enum Frame {
    /// Evaluate a node.
    Eval(NodeRef, Flags),
    /// Go on with a list at this index.
    List(NodeRef, usize, Flags),
    /// Decide on the next member of an and-or list.
    AndOr(NodeRef, usize, Flags),
    /// Turn the status around.
    Negate,
    /// The condition of this arm has been evaluated.
    If(NodeRef, usize, Flags),
    /// A part of a `while` loop has been evaluated.
    Loop(Box<LoopFrame>),
    /// Begin the next turn of a `for` loop.
    For(Box<ForFrame>),
    /// Undo redirections.
    Restore(SavedFds),
    /// A function returns.
    Call,
    /// Read and run more of a script.
    Input(Box<Input>),
    /// An error that comes this far ends a builtin that was called by `command`.
    Catch,
    /// Put back the name in front of messages.
    CommandName(Option<Cow<'static, BStr>>),
    /// Put back temporary assignments.
    Variables(Vec<(BString, Option<Variable>)>),
    /// Apply `set -e` to the status.
    CheckExit(Flags),
    /// A trap's commands have ended: put back the status, and what an outer trap had noted.
    AfterTrap(u8, Option<(u8, usize)>),
    /// Put back positional parameters.
    Params(Rc<Fields>),
    /// The commands of `trap ... ERR` have ended: `set -e` may apply now.
    AfterErrTrap,
    /// Read the file of `$ENV`.
    ReadEnv,
    /// Close the pipes of process substitutions but for so many.
    ClosePipes(usize),
    /// Leave a nested `eval` or `.`.
    LeaveCall,
    /// The shell ends, though a prompt waits below for errors.
    Exit,
}

/// A `while` or `until` loop.
pub(crate) struct LoopFrame {
    pub(crate) node: NodeRef,
    pub(crate) flags: Flags,
    /// The body has been evaluated, not the condition.
    pub(crate) after_body: bool,
    /// Its first turn has begun.
    pub(crate) has_run: bool,
    /// Status of the body, or 0 before its first turn.
    pub(crate) status: u8,
}

/// A `for` loop.
pub(crate) struct ForFrame {
    pub(crate) node: NodeRef,
    pub(crate) flags: Flags,
    pub(crate) items: Rc<Fields>,
    /// The number of the next item.
    pub(crate) next: usize,
}

/// A function call: what its caller had.
pub(crate) struct CallFrame {
    pub(crate) function_name: BString,
    pub(crate) params: Rc<Fields>,
    pub(crate) locals: Vec<(BString, Option<Variable>)>,
    pub(crate) loop_depth: u32,
    pub(crate) getopts: crate::state::GetoptsState,
}
