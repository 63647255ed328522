//! Traps.

use std::rc::Rc;

use bstr::BString;

/// What happens on a signal, or at exit for number 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TrapAction {
    /// `trap '' SIG`
    Ignore,
    /// `trap 'commands' SIG`
    Run(Rc<BString>),
}

/// The number that `ERR` stands under: one more than the last signal.
pub(crate) const ERR_TRAP: u8 = 65;

/// The traps that are set, by signal number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traps {
    actions: im::OrdMap<u8, TrapAction>,
    /// In a subshell: what its parent had trapped, for `trap` without arguments.
    inherited: im::OrdMap<u8, TrapAction>,
}

impl Traps {
    /// The action of a signal.
    pub(crate) fn get(&self, number: u8) -> Option<&TrapAction> {
        self.actions.get(&number)
    }

    /// Sets or removes an action.
    pub(crate) fn set(&mut self, number: u8, action: Option<TrapAction>) {
        self.inherited.clear();
        match action {
            Some(action) => {
                self.actions.insert(number, action);
            }
            None => {
                self.actions.remove(&number);
            }
        }
    }

    /// What `trap` lists.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (u8, &TrapAction)> {
        let from = if self.inherited.is_empty() { &self.actions } else { &self.inherited };
        from.iter().map(|(number, action)| (*number, action))
    }

    /// Shows the traps of the parent no more.
    pub(crate) fn forget_inherited(&mut self) {
        self.inherited.clear();
    }

    /// Signals with commands. A subshell resets them.
    pub(crate) fn caught(&self) -> Vec<u8> {
        let runs = |action: &TrapAction| matches!(action, TrapAction::Run(_));
        self.actions.iter().filter(|(_, action)| runs(action)).map(|(number, _)| *number).collect()
    }

    /// Whether any commands wait for a signal or the exit.
    pub(crate) fn any_commands(&self) -> bool {
        self.actions.values().any(|action| matches!(action, TrapAction::Run(_)))
    }

    /// Forgets commands, as a subshell does; they are still listed until the next change.
    pub(crate) fn enter_subshell(&mut self) {
        let caught = self.caught();
        if caught.is_empty() {
            return;
        }
        self.inherited = self.actions.clone();
        for number in caught {
            self.actions.remove(&number);
        }
    }
}
