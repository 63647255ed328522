//! Subshells, command substitution and background commands: forks of the shell itself.

use std::rc::Rc;

use bstr::BString;
use kernel::{Action, Exit, Fd, LocalBoxFuture, OpenFlags, Pid, Process, Signal};
use vfs::{Errno, Mode};

use super::frame::{Flags, Frame};
use super::{Machine, Raise};
use crate::ast::{Node, NodeRef, Redirected, Word};
use crate::state::{Job, JobMember, Opt, State};

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

    /// Under job control, a child joins its job's process group, its own where none is given, and can be stopped.
    pub(super) fn join_job(&self, setup: &mut ChildSetup, group: Option<Pid>) {
        if self.state.options.is_on(Opt::Monitor) {
            setup.group = Some(group.unwrap_or(Pid(0)));
            setup.uncaught.extend([Signal::TSTP, Signal::TTIN, Signal::TTOU]);
        }
    }

    /// A command as `jobs` shows it; without job control nothing is kept of it.
    pub(super) fn job_text(&self, node: &NodeRef) -> BString {
        match self.state.options.is_on(Opt::Monitor) {
            true => crate::text::of_node(node),
            false => BString::default(),
        }
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
        for signal in &setup.ignored {
            machine.state.hard_ignored |= 1 << signal.number();
        }
        self.make_room();
        machine.loop_depth = self.loop_depth;
        machine.frames.push(Frame::Eval(node.clone(), Flags { last: true, ..flags }));
        if keeps_jobs(node) {
            machine.state.jobs = self.state.jobs.clone();
        }
        let group = setup.group;
        let forked = p.fork(move |child| run_child(machine, child, setup));
        let pid = forked.map_err(|errno| self.raise(format!("can't fork: {errno}")))?;
        place_in_group(p, pid, group);
        Ok(pid)
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
        self.join_job(&mut setup, None);
        let job_group = setup.group;
        let forked = self.fork(p, &group.body, flags, setup);
        let pid = match forked {
            Ok(pid) => pid,
            Err(raise) => {
                self.restore_some(p, saved);
                return Err(raise);
            }
        };
        let text = self.job_text(&Rc::new(Node::Subshell(group.clone())));
        let job = Job::new(vec![JobMember::new(pid, text)], job_group.map(|_| pid));
        self.state.status = self.wait_foreground_job(p, job).await;
        self.restore_some(p, saved);
        self.check_exit(flags)
    }

    /// `command &`
    pub(super) async fn background(&mut self, p: &mut Process, node: &NodeRef) -> Result<(), Raise> {
        let mut setup = self.child_setup();
        setup.hides_traps = true;
        if !self.state.options.is_on(Opt::Monitor) {
            setup.ignored.extend([Signal::INT, Signal::QUIT]);
            if let Ok(null) = p.open("/dev/null", OpenFlags::RDONLY, Mode::new(0)).await {
                setup.moves.push((null, 0));
                setup.closes.push(null);
            }
        }
        let null = setup.closes.first().copied();
        let commands = match &**node {
            Node::Pipeline(commands) => commands.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let started = self.start_pipeline(p, commands, Flags::default(), setup);
        if let Some(null) = null {
            // Opened above.
            let _ = p.close(null);
        }
        let job = started?;
        self.state.last_background = job.last_pid();
        self.state.jobs.add(job);
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
    command_name(node).is_some_and(|name| name == "trap")
}

/// Whether a forked command is `jobs` itself, which shows the jobs of the parent.
fn keeps_jobs(node: &NodeRef) -> bool {
    command_name(node).is_some_and(|name| name == "jobs")
}

fn command_name(node: &NodeRef) -> Option<&BString> {
    let Node::Simple(command) = &**node else { return None };
    command.words.first().and_then(Word::as_literal)
}

/// Puts a new child into the process group of its job, before anybody can ask for it. The child does the same.
pub(super) fn place_in_group(p: &mut Process, pid: Pid, group: Option<Pid>) {
    if let Some(group) = group {
        // It has just been started.
        let _ = p.setpgid(pid, if group == Pid(0) { pid } else { group });
    }
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
