//! The loop that takes frames, and the evaluation of nodes.

use kernel::Process;

use super::frame::{Flags, Frame};
use super::{Machine, Raise};
use crate::ast::{Connector, Node, NodeRef};
use crate::state::Opt;

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

    async fn run_frames(&mut self, p: &mut Process) -> Result<(), Raise> {
        loop {
            if p.has_signal() || !self.held_signals.is_empty() {
                self.take_signals(p)?;
            }
            let Some(frame) = self.frames.pop() else { return Ok(()) };
            match frame {
                Frame::Eval(node, flags) => self.eval(p, &node, flags).await?,
                Frame::List(node, index, flags) => self.list(p, node, index, flags).await?,
                Frame::AndOr(node, index, flags) => self.and_or(p, node, index, flags).await?,
                Frame::If(node, arm, flags) => self.after_condition(node, arm, flags),
                Frame::Loop(frame) => self.next_loop_step(p, frame).await?,
                Frame::For(frame) => self.next_turn(p, frame).await?,
                Frame::Input(input) => self.run_input(p, input).await?,
                Frame::ReadEnv => Box::pin(self.read_env(p)).await?,
                other => self.finish_frame(p, other)?,
            }
        }
    }

    /// Frames that only put things back.
    fn finish_frame(&mut self, p: &mut Process, frame: Frame) -> Result<(), Raise> {
        match frame {
            Frame::CheckExit(flags) => self.check_exit(flags),
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

    /// Evaluates a node, at once or by pushing frames.
    pub(super) async fn eval(&mut self, p: &mut Process, node: &NodeRef, flags: Flags) -> Result<(), Raise> {
        if self.state.options.is_on(Opt::NoExec) && !self.state.options.is_on(Opt::Interactive) {
            return Ok(());
        }
        match &**node {
            Node::Simple(command) => {
                p.tick(1).await;
                return self.simple(p, command, flags).await;
            }
            Node::List(_) => self.frames.push(Frame::List(node.clone(), 0, flags)),
            Node::AndOr(first, _) => {
                self.frames.push(Frame::AndOr(node.clone(), 0, flags));
                self.frames.push(Frame::Eval(first.clone(), Flags::TESTED));
            }
            Node::Not(inner) => {
                self.frames.push(Frame::Negate);
                self.frames.push(Frame::Eval(inner.clone(), Flags::TESTED));
            }
            Node::If(arms, _) => {
                self.frames.push(Frame::If(node.clone(), 0, flags));
                self.frames.push(Frame::Eval(arms[0].0.clone(), Flags::TESTED));
            }
            Node::Loop(_) => self.begin_loop(node, flags),
            Node::Function(name, body) => {
                self.state.functions.insert(name.clone(), body.clone());
                self.state.status = 0;
            }
            Node::Empty => {}
            Node::For(command) => self.begin_for(p, node, command, flags).await?,
            Node::Case(command) => self.case(p, command, flags).await?,
            Node::Group(group) => self.group(p, group, flags).await?,
            Node::Subshell(group) => self.subshell(p, group, flags).await?,
            Node::Pipeline(commands) => self.pipeline(p, commands, flags).await?,
            Node::Background(inner) => self.background(p, inner).await?,
        }
        Ok(())
    }

    /// Evaluates a node that a frame wants next. Simple commands need no frame of their own.
    async fn eval_next(&mut self, p: &mut Process, node: &NodeRef, flags: Flags) -> Result<(), Raise> {
        if let Node::Simple(command) = &**node
            && !self.state.options.is_on(Opt::NoExec)
        {
            p.tick(1).await;
            return self.simple(p, command, flags).await;
        }
        self.frames.push(Frame::Eval(node.clone(), flags));
        Ok(())
    }

    async fn list(
        &mut self,
        p: &mut Process,
        node: NodeRef,
        index: usize,
        flags: Flags,
    ) -> Result<(), Raise> {
        let Node::List(commands) = &*node else { return Ok(()) };
        let command = &commands[index];
        if index + 1 == commands.len() {
            return self.eval_next(p, command, flags).await;
        }
        let command = command.clone();
        self.frames.push(Frame::List(node, index + 1, flags));
        self.eval_next(p, &command, flags.not_last()).await
    }

    async fn and_or(
        &mut self,
        p: &mut Process,
        node: NodeRef,
        index: usize,
        flags: Flags,
    ) -> Result<(), Raise> {
        let Node::AndOr(_, rest) = &*node else { return Ok(()) };
        let mut index = index;
        while let Some((connector, command)) = rest.get(index) {
            index += 1;
            let goes_on = match connector {
                Connector::And => self.state.status == 0,
                Connector::Or => self.state.status != 0,
            };
            if !goes_on {
                continue;
            }
            if index == rest.len() {
                return self.eval_next(p, command, flags).await;
            }
            let command = command.clone();
            self.frames.push(Frame::AndOr(node, index, flags));
            return self.eval_next(p, &command, Flags::TESTED).await;
        }
        Ok(())
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
