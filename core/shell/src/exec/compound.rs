//! Conditions, loops, `case` and groups.

use std::rc::Rc;

use bstr::BString;
use kernel::Process;

use super::frame::{Flags, ForFrame, Frame, LoopFrame};
use super::run::{DONE, Step};
use super::{Machine, Raise};
use crate::ast::{Case, CaseArm, For, Node, NodeRef, Redirected};
use crate::expand;
use crate::state::Fields;

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
    pub(super) fn next_loop_step(&mut self, p: &mut Process, mut frame: Box<LoopFrame>) -> Step {
        if !self.tick_now(p) {
            return self.wait_for_slice(Frame::Loop(frame));
        }
        let node = frame.node.clone();
        let Node::Loop(command) = &*node else { return DONE };
        if frame.after_body {
            if std::mem::replace(&mut frame.has_run, true) {
                frame.status = self.state.status;
            }
            frame.after_body = false;
            self.frames.push(Frame::Loop(frame));
            return self.eval_part(p, &command.condition, Flags::TESTED);
        }
        if (self.state.status == 0) == command.until {
            self.loop_depth -= 1;
            self.state.status = frame.status;
            return DONE;
        }
        frame.after_body = true;
        let flags = frame.flags;
        self.frames.push(Frame::Loop(frame));
        self.eval_part(p, &command.body, flags)
    }

    /// Evaluates simple commands at once and everything else by a frame.
    fn eval_part(&mut self, p: &mut Process, node: &NodeRef, flags: Flags) -> Step {
        match &**node {
            Node::Simple(_) => self.simple_now(p, node, flags),
            _ => {
                self.frames.push(Frame::Eval(node.clone(), flags));
                DONE
            }
        }
    }

    pub(super) fn begin_for_now(
        &mut self,
        p: &mut Process,
        node: &NodeRef,
        command: &For,
        flags: Flags,
    ) -> Result<(), Raise> {
        self.state.line = command.line;
        let items = match &command.words {
            Some(words) => {
                let mut items = self.take_fields();
                for word in words {
                    self.expand_fields_now(p, word, &mut items)?;
                }
                Rc::new(items)
            }
            None => self.state.params.clone(),
        };
        self.push_for(node, items, flags);
        Ok(())
    }

    pub(super) async fn begin_for(
        &mut self,
        p: &mut Process,
        node: &NodeRef,
        command: &For,
        flags: Flags,
    ) -> Result<(), Raise> {
        self.state.line = command.line;
        let words = command.words.as_deref().unwrap_or_default();
        let items = self.expand_words(p, words).await?;
        self.push_for(node, Rc::new(items), flags);
        Ok(())
    }

    fn push_for(&mut self, node: &NodeRef, items: Rc<Fields>, flags: Flags) {
        if items.is_empty() {
            self.state.status = 0;
            return;
        }
        self.loop_depth += 1;
        let frame = ForFrame { node: node.clone(), flags: flags.not_last(), items, next: 0 };
        self.frames.push(Frame::For(Box::new(frame)));
    }

    pub(super) fn next_turn(&mut self, p: &mut Process, mut frame: Box<ForFrame>) -> Step {
        if !self.tick_now(p) {
            return self.wait_for_slice(Frame::For(frame));
        }
        let node = frame.node.clone();
        let Node::For(command) = &*node else { return DONE };
        let Some(item) = frame.items.get(frame.next) else {
            self.loop_depth -= 1;
            if let Ok(items) = Rc::try_unwrap(frame.items) {
                self.keep_fields(items);
            }
            return DONE;
        };
        frame.next += 1;
        let flags = frame.flags;
        let assigned = self.assign_at((&command.variable).into(), item);
        self.frames.push(Frame::For(frame));
        assigned?;
        self.eval_part(p, &command.body, flags)
    }

    /// A `case` whose words wait for nothing.
    pub(super) fn case_now(&mut self, p: &mut Process, command: &Case, flags: Flags) -> Result<(), Raise> {
        self.state.line = command.line;
        let word = self.expand_text_now(p, &command.word)?;
        let mut chosen = None;
        'arms: for arm in &command.arms {
            for pattern in &arm.patterns {
                let holds = match pattern.as_pattern_text() {
                    Some(pattern) => expand::matches(pattern, word.text()),
                    None => {
                        let pattern = self.expand_pattern_now(p, pattern)?;
                        let holds = expand::matches(pattern.text(), word.text());
                        self.keep_output(pattern);
                        holds
                    }
                };
                if holds {
                    chosen = Some(arm);
                    break 'arms;
                }
            }
        }
        self.keep_output(word);
        self.enter_arm(chosen, flags);
        Ok(())
    }

    pub(super) async fn case(&mut self, p: &mut Process, command: &Case, flags: Flags) -> Result<(), Raise> {
        self.state.line = command.line;
        let word: BString = self.expand_text(p, &command.word).await?;
        for arm in &command.arms {
            for pattern in &arm.patterns {
                let pattern = self.expand_pattern(p, pattern).await?;
                if expand::matches(&pattern, &word) {
                    self.enter_arm(Some(arm), flags);
                    return Ok(());
                }
            }
        }
        self.enter_arm(None, flags);
        Ok(())
    }

    /// The body sees the status from before; an empty one, or none, succeeds.
    fn enter_arm(&mut self, arm: Option<&CaseArm>, flags: Flags) {
        match arm {
            Some(arm) if *arm.body != Node::Empty => {
                self.frames.push(Frame::Eval(arm.body.clone(), flags));
            }
            _ => self.state.status = 0,
        }
    }

    pub(super) fn group_now(&mut self, group: &Redirected, flags: Flags) {
        self.state.line = group.line;
        self.frames.push(Frame::Eval(group.body.clone(), flags.not_last()));
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
