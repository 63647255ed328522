//! Conditions, loops, `case` and groups.

use bstr::BString;
use kernel::Process;

use super::frame::{Flags, ForFrame, Frame, LoopFrame};
use super::{Machine, Raise};
use crate::ast::{Case, For, Node, NodeRef, Redirected};
use crate::expand;

impl Machine {
    /// The condition of an arm has set the status.
    pub(super) fn after_condition(&mut self, node: NodeRef, arm: usize, flags: Flags) {
        let Node::If(arms, otherwise) = &*node else { return };
        if self.state.status == 0 {
            self.frames.push(Frame::Eval(arms[arm].1.clone(), flags));
            return;
        }
        if let Some((condition, _)) = arms.get(arm + 1) {
            let condition = condition.clone();
            self.frames.push(Frame::If(node, arm + 1, flags));
            self.frames.push(Frame::Eval(condition, Flags::TESTED));
            return;
        }
        match otherwise {
            Some(body) => self.frames.push(Frame::Eval(body.clone(), flags)),
            None => self.state.status = 0,
        }
    }

    pub(super) fn begin_loop(&mut self, node: &NodeRef, flags: Flags) {
        self.loop_depth += 1;
        self.frames.push(Frame::Loop(Box::new(LoopFrame {
            node: node.clone(),
            flags: flags.not_last(),
            after_body: true,
            has_run: false,
            status: 0,
        })));
    }

    /// Evaluates the condition or the body, whichever comes next.
    pub(super) async fn next_loop_step(
        &mut self,
        p: &mut Process,
        mut frame: Box<LoopFrame>,
    ) -> Result<(), Raise> {
        p.tick(1).await;
        let node = frame.node.clone();
        let Node::Loop(command) = &*node else { return Ok(()) };
        if frame.after_body {
            if std::mem::replace(&mut frame.has_run, true) {
                frame.status = self.state.status;
            }
            frame.after_body = false;
            self.frames.push(Frame::Loop(frame));
            return self.eval_part(p, &command.condition, Flags::TESTED).await;
        }
        if (self.state.status == 0) == command.until {
            self.loop_depth -= 1;
            self.state.status = frame.status;
            return Ok(());
        }
        frame.after_body = true;
        let flags = frame.flags;
        self.frames.push(Frame::Loop(frame));
        self.eval_part(p, &command.body, flags).await
    }

    /// Evaluates simple commands at once and everything else by a frame.
    async fn eval_part(&mut self, p: &mut Process, node: &NodeRef, flags: Flags) -> Result<(), Raise> {
        match &**node {
            Node::Simple(command) => self.simple(p, command, flags).await,
            _ => {
                self.frames.push(Frame::Eval(node.clone(), flags));
                Ok(())
            }
        }
    }

    pub(super) async fn begin_for(
        &mut self,
        p: &mut Process,
        node: &NodeRef,
        command: &For,
        flags: Flags,
    ) -> Result<(), Raise> {
        self.state.line = command.line;
        let items = match &command.words {
            Some(words) => self.expand_words(p, words).await?,
            None => self.state.params.to_vec(),
        };
        if items.is_empty() {
            self.state.status = 0;
            return Ok(());
        }
        self.loop_depth += 1;
        let frame = ForFrame { node: node.clone(), flags: flags.not_last(), items: items.into_iter() };
        self.frames.push(Frame::For(Box::new(frame)));
        Ok(())
    }

    pub(super) async fn next_turn(&mut self, p: &mut Process, mut frame: Box<ForFrame>) -> Result<(), Raise> {
        p.tick(1).await;
        let node = frame.node.clone();
        let Node::For(command) = &*node else { return Ok(()) };
        let Some(item) = frame.items.next() else {
            self.loop_depth -= 1;
            return Ok(());
        };
        let flags = frame.flags;
        self.frames.push(Frame::For(frame));
        self.assign(&command.variable, item)?;
        self.eval_part(p, &command.body, flags).await
    }

    pub(super) async fn case(&mut self, p: &mut Process, command: &Case, flags: Flags) -> Result<(), Raise> {
        self.state.line = command.line;
        let word: BString = self.expand_text(p, &command.word).await?;
        for arm in &command.arms {
            for pattern in &arm.patterns {
                let pattern = self.expand_pattern(p, pattern).await?;
                if expand::matches(&pattern, &word) {
                    // The body sees the status from before; an empty one succeeds.
                    if *arm.body == Node::Empty {
                        self.state.status = 0;
                    }
                    self.frames.push(Frame::Eval(arm.body.clone(), flags));
                    return Ok(());
                }
            }
        }
        self.state.status = 0;
        Ok(())
    }

    /// A compound command with redirections.
    pub(super) async fn group(
        &mut self,
        p: &mut Process,
        group: &Redirected,
        flags: Flags,
    ) -> Result<(), Raise> {
        self.state.line = group.line;
        match self.redirect(p, &group.redirects).await {
            Ok(saved) => {
                if let Some(saved) = saved {
                    self.frames.push(Frame::Restore(saved));
                }
                self.frames.push(Frame::Eval(group.body.clone(), flags.not_last()));
                Ok(())
            }
            Err(raise) => self.redirect_failed(p, raise).await,
        }
    }
}
