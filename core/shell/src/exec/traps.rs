//! Signals and traps.

use std::rc::Rc;

use bstr::BString;
use kernel::{Process, Signal};

use super::frame::{Flags, Frame};
use super::input::{Input, InputKind};
use super::{Machine, Raise};
use crate::state::{ERR_TRAP, Opt, TrapAction};

impl Machine {
    /// Queues the traps of the signals that have arrived.
    pub(super) fn take_signals(&mut self, p: &mut Process) -> Result<(), Raise> {
        let mut queued = Vec::new();
        self.hold_signals(p);
        for signal in std::mem::take(&mut self.held_signals) {
            if let Some(TrapAction::Run(text)) = self.state.traps.get(signal.number()) {
                queued.push(text.clone());
            } else if signal == Signal::INT && self.state.options.is_on(Opt::Interactive) {
                return Err(Raise::Interrupt);
            }
        }
        for text in queued.into_iter().rev() {
            self.push_trap(text);
        }
        Ok(())
    }

    /// Keeps caught signals until the current command has ended.
    pub(crate) fn hold_signals(&mut self, p: &mut Process) {
        while let Some(signal) = p.take_signal() {
            self.held_signals.push(signal);
        }
    }

    /// Whether an interactive shell was interrupted by the signals that have arrived.
    pub(super) fn interrupted(&mut self, p: &mut Process) -> bool {
        self.hold_signals(p);
        let untrapped = self.state.traps.get(Signal::INT.number()).is_none();
        let before = self.held_signals.len();
        if untrapped {
            self.held_signals.retain(|signal| *signal != Signal::INT);
        }
        self.held_signals.len() != before
    }

    fn push_trap(&mut self, text: Rc<BString>) {
        let (status, line) = (self.state.status, self.state.line);
        let outer = self.state.trap_entry.replace((status, self.state.function_depth));
        self.frames.push(Frame::AfterTrap(status, outer));
        self.frames.push(Frame::Input(Box::new(Input::text(text, line, InputKind::Trap, Flags::default()))));
    }

    /// Queues the commands of `trap ... ERR`, unless they are running, or a function runs without `set -E`.
    pub(super) fn push_err_trap(&mut self) -> bool {
        let applies = self.state.function_depth == 0 || self.state.options.is_on(Opt::ErrTrace);
        let Some(TrapAction::Run(text)) = self.state.traps.get(ERR_TRAP).cloned() else { return false };
        if self.state.in_err_trap || !applies {
            return false;
        }
        self.state.in_err_trap = true;
        self.frames.push(Frame::AfterErrTrap);
        self.push_trap(text);
        true
    }

    /// Queues the exit trap, once. False when there is none, or it runs already here or in the shell that this one was
    /// forked from: the shell may end.
    pub(super) fn begin_exit_trap(&mut self) -> bool {
        if self.state.exiting {
            return false;
        }
        let Some(TrapAction::Run(text)) = self.state.traps.get(0).cloned() else { return false };
        self.state.traps.set(0, None);
        self.state.exiting = true;
        self.loop_depth = 0;
        self.push_trap(text);
        true
    }
}
