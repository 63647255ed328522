//! An expression as a list of steps with jumps, so that looking at a file needs no recursion.

use super::check::Check;

/// One action of an expression; a check is the commonest.
pub(super) enum Action {
    Check(Check),
    /// Prints the path and this byte.
    Print(u8),
    Prune,
    Delete,
    Quit,
    /// Runs the command of this number.
    Run(usize),
}

/// A term as it was parsed.
pub(super) enum Term {
    Action(Action),
    Group(Alternatives),
}

/// Groups of terms: an expression holds when all terms of one group hold. Each term has its inversion.
pub(super) type Alternatives = Vec<Vec<(Term, bool)>>;

/// The expression held.
pub(super) const PASS: usize = usize::MAX;
/// The expression did not hold.
pub(super) const FAIL: usize = usize::MAX - 1;

/// An action and where to go on.
pub(super) struct Step {
    pub(super) action: Action,
    pub(super) success: usize,
    pub(super) failure: usize,
}

/// A compiled expression.
pub(super) struct Program {
    pub(super) entry: usize,
    pub(super) steps: Vec<Step>,
}

impl Program {
    pub(super) fn new(expression: Alternatives) -> Self {
        let mut steps = Vec::new();
        let entry = compile(expression, &mut steps, PASS, FAIL);
        Self { entry, steps }
    }

    /// Whether any step needs more than the path and the kind of a file. What runs commands or deletes may change
    /// what is yet to come, so that then each file is looked at anew.
    pub(super) fn needs_stat(&self) -> bool {
        self.steps.iter().any(|step| match &step.action {
            Action::Check(check) => check.needs_stat(),
            Action::Delete | Action::Run(_) => true,
            Action::Print(_) | Action::Prune | Action::Quit => false,
        })
    }
}

/// Appends the steps of an expression, last ones first; the index of its first step. busybox ends the list of groups
/// at the first empty one, and an expression without groups holds.
fn compile(groups: Alternatives, steps: &mut Vec<Step>, success: usize, failure: usize) -> usize {
    let used: Alternatives = groups.into_iter().take_while(|group| !group.is_empty()).collect();
    if used.is_empty() {
        return success;
    }
    let mut next_group = failure;
    for group in used.into_iter().rev() {
        let mut next = success;
        for (term, inverted) in group.into_iter().rev() {
            let (yes, no) = if inverted { (next_group, next) } else { (next, next_group) };
            next = match term {
                Term::Group(inner) => compile(inner, steps, yes, no),
                Term::Action(action) => {
                    steps.push(Step { action, success: yes, failure: no });
                    steps.len() - 1
                }
            };
        }
        next_group = next;
    }
    next_group
}
