//! Subshells, command substitution and background commands: forks of the shell itself.

use bstr::BString;
use kernel::{Action, Exit, Fd, LocalBoxFuture, OpenFlags, Pid, Process, Signal};
use vfs::{Errno, Mode};

use super::frame::{Flags, Frame};
use super::{Machine, Raise};
use crate::ast::{Node, NodeRef, Redirected, Word};
use crate::state::{JobMember, Opt, State};

/// Pipes of process substitutions count up from here.
const PROCESS_FDS: Fd = 64;

/// What a child does to its process before it runs commands.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChildSetup {
    /// Signals that the shell catches and its children do not.
    uncaught: Vec<Signal>,
    /// Signals that background commands do not hear.
    ignored: Vec<Signal>,
    /// Descriptors to put in place, and to close.
    pub(super) moves: Vec<(Fd, Fd)>,
    pub(super) closes: Vec<Fd>,
    /// `trap` does not list the parent's traps: `( )` and `&`.
    hides_traps: bool,
    /// Under job control: the group to join, a new one for 0.
    pub(super) group: Option<Pid>,
}

impl ChildSetup {
    /// Applies it in the child.
    pub(super) fn apply(&self, child: &mut Process) {
        // Each of these was checked when the parent prepared it.
        for signal in &self.uncaught {
            let _ = child.signal_action(*signal, Action::Default);
        }
        for signal in &self.ignored {
            let _ = child.signal_action(*signal, Action::Ignore);
        }
        if let Some(group) = self.group {
            let _ = child.setpgid(Pid(0), group);
        }
        for (from, to) in &self.moves {
            let _ = child.dup2(*from, *to);
        }
        for fd in &self.closes {
            let _ = child.close(*fd);
        }
    }
}

impl Machine {
    /// What every child of this shell does first.
    pub(super) fn child_setup(&self) -> ChildSetup {
        let mut setup = ChildSetup::default();
        let numbers = self.state.traps.caught();
        setup.uncaught.extend(numbers.iter().filter_map(|number| Signal::from_number(u32::from(*number))));
        if self.state.options.is_on(Opt::Interactive) {
            setup.uncaught.extend([Signal::INT, Signal::QUIT, Signal::TERM]);
        }
        setup
    }

    /// The state of a subshell.
    fn child_state(&self) -> State {
        let mut state = self.state.clone();
        enter_subshell(&mut state);
        state
    }

    /// Starts a child that evaluates a node.
    pub(super) fn fork(
        &mut self,
        p: &mut Process,
        node: &NodeRef,
        flags: Flags,
        setup: ChildSetup,
    ) -> Result<Pid, Raise> {
        let mut machine = Machine::new(self.child_state());
        if setup.hides_traps || !lists_traps(node) {
            machine.state.traps.forget_inherited();
        }
        machine.loop_depth = self.loop_depth;
        machine.frames.push(Frame::Eval(node.clone(), Flags { last: true, ..flags }));
        let forked = p.fork(move |child| run_child(machine, child, setup));
        forked.map_err(|errno| self.raise(format!("can't fork: {errno}")))
    }

    /// `( list )`
    pub(super) async fn subshell(
        &mut self,
        p: &mut Process,
        group: &Redirected,
        flags: Flags,
    ) -> Result<(), Raise> {
        self.state.line = group.line;
        let saved = match self.redirect(p, &group.redirects).await {
            Ok(saved) => saved,
            Err(raise) => {
                self.redirect_failed(p, raise).await?;
                // In ash the child fails, as from an error.
                self.state.status = 2;
                return self.check_exit(flags);
            }
        };
        if flags.last && !self.state.traps.any_commands() {
            enter_subshell(&mut self.state);
            self.state.traps.forget_inherited();
            if let Some(saved) = saved {
                saved.forget(p);
            }
            self.frames.push(Frame::Eval(group.body.clone(), flags));
            return Ok(());
        }
        let mut setup = self.child_setup();
        setup.hides_traps = true;
        let forked = self.fork(p, &group.body, flags, setup);
        let pid = match forked {
            Ok(pid) => pid,
            Err(raise) => {
                self.restore_some(p, saved);
                return Err(raise);
            }
        };
        self.state.status = self.wait_foreground(p, &[pid]).await;
        self.restore_some(p, saved);
        self.check_exit(flags)
    }

    /// `command &`
    pub(super) async fn background(&mut self, p: &mut Process, node: &NodeRef) -> Result<(), Raise> {
        let mut setup = self.child_setup();
        setup.hides_traps = true;
        let has_job_control = self.state.options.is_on(Opt::Monitor);
        if has_job_control {
            setup.group = Some(Pid(0));
        } else {
            setup.ignored.extend([Signal::INT, Signal::QUIT]);
            if let Ok(null) = p.open("/dev/null", OpenFlags::RDONLY, Mode::new(0)).await {
                setup.moves.push((null, 0));
                setup.closes.push(null);
            }
        }
        let null = setup.closes.first().copied();
        let forked = self.fork(p, node, Flags::default(), setup);
        if let Some(null) = null {
            // Opened above.
            let _ = p.close(null);
        }
        let pid = forked?;
        let text = if has_job_control { crate::text::of_node(node) } else { BString::default() };
        let member = JobMember { pid, status: None, text };
        self.state.jobs.add(vec![member], has_job_control.then_some(pid));
        self.state.last_background = Some(pid);
        self.state.status = 0;
        Ok(())
    }

    /// Starts the process of `<(...)` and gives the descriptor of the command's end of the pipe. It stays open
    /// until the shell closes it after the command.
    pub(crate) fn start_process_substitution(
        &mut self,
        p: &mut Process,
        reads: bool,
        node: &NodeRef,
    ) -> Result<Fd, Raise> {
        let (reader, writer) = p.pipe().map_err(|errno| self.raise(format!("can't create pipe: {errno}")))?;
        let (ours, theirs, place) = if reads { (reader, writer, 1) } else { (writer, reader, 0) };
        let mut setup = self.child_setup();
        setup.moves.push((theirs, place));
        setup.closes.extend([reader, writer]);
        let forked = self.fork(p, node, Flags::default(), setup);
        // Both were opened just now.
        let _ = p.close(theirs);
        let pid = forked?;
        let kept = p.dup_from(ours, PROCESS_FDS).unwrap_or(ours);
        if kept != ours {
            let _ = p.close(ours);
        }
        self.state.jobs.note_helper(pid);
        self.open_pipes.push(kept);
        Ok(kept)
    }

    /// The output of a command, without newlines at its end. Sets `substitution_status`.
    pub(crate) async fn capture(&mut self, p: &mut Process, node: &NodeRef) -> Result<BString, Raise> {
        let (reader, writer) = p.pipe().map_err(|errno| self.raise(format!("can't create pipe: {errno}")))?;
        let mut setup = self.child_setup();
        setup.moves.push((writer, 1));
        setup.closes.extend([reader, writer]);
        // `set -e` does not reach into command substitutions.
        let errexit = self.state.options.is_on(Opt::ErrExit);
        self.state.options.set(Opt::ErrExit, false);
        let forked = self.fork(p, node, Flags::default(), setup);
        self.state.options.set(Opt::ErrExit, errexit);
        let _ = p.close(writer);
        let pid = forked?;
        let mut text = Vec::new();
        loop {
            match p.read(reader, 64 << 10).await {
                Ok(bytes) if bytes.is_empty() => break,
                Ok(bytes) => text.extend_from_slice(&bytes),
                Err(Errno::EINTR) => self.hold_signals(p),
                Err(_) => break,
            }
            if text.len() > crate::limits::MAX_EXPANSION {
                break;
            }
        }
        let _ = p.close(reader);
        let status = self.wait_foreground(p, &[pid]).await;
        // `$?` keeps its value until the command has ended.
        self.state.substitution_status = Some(status);
        if text.len() > crate::limits::MAX_EXPANSION {
            return Err(self.raise("command substitution is too long"));
        }
        while text.last() == Some(&b'\n') {
            text.pop();
        }
        if text.contains(&0) {
            text.retain(|byte| *byte != 0);
        }
        Ok(text.into())
    }
}

/// Whether a forked command is `trap` itself, which shows the traps of the parent then.
fn lists_traps(node: &NodeRef) -> bool {
    let Node::Simple(command) = &**node else { return false };
    command.words.first().and_then(Word::as_literal).is_some_and(|name| name == "trap")
}

/// Makes a copied state that of a subshell.
fn enter_subshell(state: &mut State) {
    state.is_subshell = true;
    state.traps.enter_subshell();
    state.jobs.clear();
    state.options.set(Opt::Interactive, false);
    state.options.set(Opt::Monitor, false);
}

/// The life of a forked shell. A boxed future, since its type holds itself.
fn run_child(mut machine: Machine, mut child: Process, setup: ChildSetup) -> LocalBoxFuture<'static, Exit> {
    Box::pin(async move {
        setup.apply(&mut child);
        Exit(machine.run(&mut child).await)
    })
}
