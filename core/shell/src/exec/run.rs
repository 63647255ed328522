//! The loop that takes frames, and the evaluation of nodes.

use kernel::Process;

use super::frame::{Flags, Frame};
use super::input::Input;
use super::{Machine, Outcome, Raise};
use crate::ast::{Connector, Node, NodeRef};
use crate::builtins::Builtin;
use crate::state::{Fields, Opt};

/// What evaluation has to wait for.
pub(super) enum Wait {
    /// Other processes: the slice is over.
    Slice,
    /// A node whose evaluation may wait.
    Eval(NodeRef, Flags),
    /// A simple command, whose words are known by now.
    Command(NodeRef, Fields, Flags),
    /// What a builtin has printed, or an error of it.
    Output(&'static Builtin, Result<Outcome, Raise>, Flags),
    /// More of a script.
    Input(Box<Input>),
    /// The file of `$ENV`.
    ReadEnv,
}

/// What came of a frame: something to wait for, or nothing.
pub(super) type Step = Result<Option<Wait>, Raise>;

/// Nothing to wait for.
pub(super) const DONE: Step = Ok(None);

impl Machine {
    /// Runs until nothing is left to do; gives the status to exit with.
    pub(crate) async fn run(&mut self, p: &mut Process) -> u8 {
        loop {
            let raised = self.run_frames(p).await.err();
            let exiting = match raised {
                None => true,
                Some(raise) => self.unwind(p, raise).await,
            };
            if exiting && !self.begin_exit_trap() {
                self.declare_memory(p, 0);
                return self.state.status;
            }
        }
    }

    /// Takes frames: as long as nothing is to be waited for, without a future for each.
    async fn run_frames(&mut self, p: &mut Process) -> Result<(), Raise> {
        while let Some(wait) = self.run_now(p)? {
            match wait {
                Wait::Slice => {
                    p.tick(1).await;
                    self.has_ticked = true;
                }
                Wait::Eval(node, flags) => self.eval(p, &node, flags).await?,
                Wait::Command(node, words, flags) => {
                    if let Node::Simple(command) = &*node {
                        let pipes = self.open_pipes.len();
                        Box::pin(self.full_command(p, command, words, flags, pipes)).await?;
                    }
                }
                Wait::Output(builtin, result, flags) => {
                    let result = self.deliver_output(p, builtin.name, result).await;
                    self.finish_builtin(result, builtin.special, flags)?;
                }
                Wait::Input(input) => self.run_input(p, input).await?,
                Wait::ReadEnv => Box::pin(self.read_env(p)).await?,
            }
        }
        Ok(())
    }

    /// Takes frames until one has to wait; none when nothing is left to do.
    fn run_now(&mut self, p: &mut Process) -> Step {
        loop {
            if (p.has_signal() || !self.held_signals.is_empty()) && !self.has_ticked {
                self.take_signals(p)?;
            }
            let Some(frame) = self.frames.pop() else { return DONE };
            let wait = match frame {
                Frame::Eval(node, flags) => self.eval_now(p, node, flags)?,
                Frame::List(node, index, flags) => self.list(p, node, index, flags)?,
                Frame::AndOr(node, index, flags) => self.and_or(p, node, index, flags)?,
                Frame::Loop(frame) => self.next_loop_step(p, frame)?,
                Frame::For(frame) => self.next_turn(p, frame)?,
                Frame::If(node, arm, flags) => {
                    self.after_condition(node, arm, flags);
                    None
                }
                Frame::Input(input) => Some(Wait::Input(input)),
                Frame::ReadEnv => Some(Wait::ReadEnv),
                other => {
                    self.finish_frame(p, other)?;
                    None
                }
            };
            if wait.is_some() {
                return Ok(wait);
            }
        }
    }

    /// Frames that only put things back.
    fn finish_frame(&mut self, p: &mut Process, frame: Frame) -> Result<(), Raise> {
        match frame {
            Frame::CheckExit(flags) => self.check_exit(flags),
            Frame::Exit => Err(Raise::Exit(self.state.status)),
            Frame::AfterErrTrap => {
                self.state.in_err_trap = false;
                self.exit_on_error()
            }
            Frame::Negate => {
                self.state.status = u8::from(self.state.status == 0);
                Ok(())
            }
            other => {
                self.put_back(p, other);
                Ok(())
            }
        }
    }

    /// Accounts a step. False when the slice is over: the frame has to be put back and waited for.
    pub(super) fn tick_now(&mut self, p: &mut Process) -> bool {
        std::mem::take(&mut self.has_ticked) || p.tick_now(1)
    }

    /// Comes back to a frame when other processes have run.
    pub(super) fn wait_for_slice(&mut self, frame: Frame) -> Step {
        self.frames.push(frame);
        Ok(Some(Wait::Slice))
    }

    fn skips_commands(&self) -> bool {
        self.state.options.is_on(Opt::NoExec) && !self.state.options.is_on(Opt::Interactive)
    }

    /// Evaluates a node, at once or by pushing frames; gives back those that have to wait.
    fn eval_now(&mut self, p: &mut Process, node: NodeRef, flags: Flags) -> Step {
        if self.skips_commands() {
            return DONE;
        }
        match &*node {
            Node::Simple(_) => {
                if !self.tick_now(p) {
                    return self.wait_for_slice(Frame::Eval(node, flags));
                }
                return self.simple_now(p, &node, flags);
            }
            Node::List(_) => self.frames.push(Frame::List(node, 0, flags)),
            Node::AndOr(first, _) => {
                let first = first.clone();
                self.frames.push(Frame::AndOr(node, 0, flags));
                self.frames.push(Frame::Eval(first, Flags::TESTED));
            }
            Node::Not(inner) => {
                self.frames.push(Frame::Negate);
                self.frames.push(Frame::Eval(inner.clone(), Flags::TESTED));
            }
            Node::If(arms, _) => {
                let condition = arms[0].0.clone();
                self.frames.push(Frame::If(node, 0, flags));
                self.frames.push(Frame::Eval(condition, Flags::TESTED));
            }
            Node::Loop(_) => self.begin_loop(&node, flags),
            Node::Function(name, body) => {
                self.state.functions.insert(name.clone(), body.clone());
                self.state.status = 0;
            }
            Node::Empty => {}
            Node::For(command) if !command.waits() => self.begin_for_now(p, &node, command, flags)?,
            Node::Case(command) if !command.waits() => self.case_now(p, command, flags)?,
            Node::Group(group) if group.redirects.is_empty() => self.group_now(group, flags),
            _ => return Ok(Some(Wait::Eval(node, flags))),
        }
        DONE
    }

    /// Evaluates a node that has to wait.
    async fn eval(&mut self, p: &mut Process, node: &NodeRef, flags: Flags) -> Result<(), Raise> {
        match &**node {
            Node::Simple(command) => self.simple(p, command, flags).await,
            Node::For(command) => self.begin_for(p, node, command, flags).await,
            Node::Case(command) => self.case(p, command, flags).await,
            Node::Group(group) => self.group(p, group, flags).await,
            Node::Subshell(group) => self.subshell(p, group, flags).await,
            Node::Pipeline(commands) => self.pipeline(p, commands, flags).await,
            Node::Background(inner) => self.background(p, inner).await,
            _ => {
                self.frames.push(Frame::Eval(node.clone(), flags));
                Ok(())
            }
        }
    }

    /// Whether a frame may evaluate its next command itself, and has accounted it. None when the slice is over.
    fn is_simple_step(&mut self, p: &mut Process, node: &Node) -> Option<bool> {
        if !matches!(node, Node::Simple(_)) || self.state.options.is_on(Opt::NoExec) {
            return Some(false);
        }
        self.tick_now(p).then_some(true)
    }

    fn list(&mut self, p: &mut Process, node: NodeRef, index: usize, flags: Flags) -> Step {
        let Node::List(commands) = &*node else { return DONE };
        let command = commands[index].clone();
        let Some(is_simple) = self.is_simple_step(p, &command) else {
            return self.wait_for_slice(Frame::List(node, index, flags));
        };
        let is_last = index + 1 == commands.len();
        let own = if is_last { flags } else { flags.not_last() };
        if !is_last {
            self.frames.push(Frame::List(node, index + 1, flags));
        }
        if is_simple {
            return self.simple_now(p, &command, own);
        }
        self.frames.push(Frame::Eval(command, own));
        DONE
    }

    fn and_or(&mut self, p: &mut Process, node: NodeRef, start: usize, flags: Flags) -> Step {
        let Node::AndOr(_, rest) = &*node else { return DONE };
        let applies = |(connector, _): &(Connector, NodeRef)| match connector {
            Connector::And => self.state.status == 0,
            Connector::Or => self.state.status != 0,
        };
        let Some(index) = (start..rest.len()).find(|index| applies(&rest[*index])) else { return DONE };
        let command = rest[index].1.clone();
        let Some(is_simple) = self.is_simple_step(p, &command) else {
            return self.wait_for_slice(Frame::AndOr(node, start, flags));
        };
        let is_last = index + 1 == rest.len();
        let own = if is_last { flags } else { Flags::TESTED };
        if !is_last {
            self.frames.push(Frame::AndOr(node, index + 1, flags));
        }
        if is_simple {
            return self.simple_now(p, &command, own);
        }
        self.frames.push(Frame::Eval(command, own));
        DONE
    }

    /// After a command that nobody looks at: runs the ERR trap and ends the shell when `set -e` says so.
    pub(super) fn check_exit(&mut self, flags: Flags) -> Result<(), Raise> {
        if self.state.status == 0 || flags.tested {
            return Ok(());
        }
        if self.push_err_trap() {
            return Ok(());
        }
        self.exit_on_error()
    }

    fn exit_on_error(&mut self) -> Result<(), Raise> {
        if self.state.options.is_on(Opt::ErrExit) {
            return Err(Raise::Exit(self.state.status));
        }
        Ok(())
    }
}
