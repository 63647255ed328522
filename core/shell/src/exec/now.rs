//! Simple commands that wait for nothing.

use std::borrow::Cow;

use bstr::{BStr, BString};
use kernel::Process;

use super::frame::Flags;
use super::run::{DONE, Step, Wait};
use super::simple::declaration;
use super::{Machine, Outcome, Raise};
use crate::ast::{Node, NodeRef, SimpleCommand, Word};
use crate::builtins::{self, Builtin};
use crate::state::{Fields, Opt};

/// The kernel is told of the memory of variables when it has changed by so much.
const HELD_STEP: usize = 1 << 20;

impl Machine {
    /// Runs assignments, functions and builtins that end at once; gives back commands that have to wait.
    pub(super) fn simple_now(&mut self, p: &mut Process, node: &NodeRef, flags: Flags) -> Step {
        let Node::Simple(command) = &**node else { return DONE };
        if self.state.options.is_on(Opt::XTrace) || command.waits() {
            return Ok(Some(Wait::Eval(node.clone(), flags)));
        }
        self.begin_simple(p, command);
        if command.words.is_empty() {
            for assignment in &command.assignments {
                self.assign_word_now(p, &assignment.name, &assignment.value)?;
            }
            self.state.status = 0;
            return DONE;
        }
        let mut words = self.take_fields();
        self.command_words_now(p, &command.words, &mut words)?;
        if !command.assignments.is_empty() || words.is_empty() || words[0] == "command" {
            return Ok(Some(Wait::Command(node.clone(), words, flags)));
        }
        if !self.state.functions.is_empty()
            && let Some(body) = self.state.functions.get(&words[0])
        {
            let body = body.clone();
            self.call(body, words, flags)?;
            return DONE;
        }
        match builtins::find(&words[0]) {
            Some(builtin) if builtin.is_immediate() => {
                let result = self.run_immediate(p, builtin, &words);
                self.keep_fields(words);
                if self.out.is_empty() && self.err.is_empty() && !matches!(result, Err(Raise::Error { .. })) {
                    self.finish_builtin(result, builtin.special, flags)?;
                    return DONE;
                }
                Ok(Some(Wait::Output(builtin, result, flags)))
            }
            _ => Ok(Some(Wait::Command(node.clone(), words, flags))),
        }
    }

    /// What every simple command begins with.
    pub(super) fn begin_simple(&mut self, p: &mut Process, command: &SimpleCommand) {
        self.state.line = command.line;
        self.state.substitution_status = None;
        if self.state.vars.bytes().abs_diff(self.held_bytes) >= HELD_STEP {
            self.declare_memory(p, self.state.vars.bytes());
        }
    }

    /// Tells the kernel how many bytes the variables hold now.
    pub(super) fn declare_memory(&mut self, p: &mut Process, bytes: usize) {
        p.hold_memory(self.held_bytes as u64, bytes as u64);
        self.held_bytes = bytes;
    }

    /// Expands the words; after `export` and the like, words that look like assignments are not split.
    fn command_words_now(&mut self, p: &mut Process, words: &[Word], into: &mut Fields) -> Result<(), Raise> {
        for (index, word) in words.iter().enumerate() {
            match declaration(word, index, into) {
                Some(assignment) => {
                    let value = self.expand_text_now(p, &assignment.value)?;
                    let mut field = (*assignment.name).clone();
                    field.push(b'=');
                    field.extend_from_slice(value.text());
                    self.keep_output(value);
                    into.push(&field);
                }
                None => self.expand_fields_now(p, word, into)?,
            }
        }
        Ok(())
    }

    fn run_immediate(
        &mut self,
        p: &mut Process,
        builtin: &'static Builtin,
        words: &[BString],
    ) -> Result<Outcome, Raise> {
        let name = self.state.command_name.replace(Cow::Borrowed(BStr::new(builtin.name)));
        let result = builtin.run_now(self, p, words);
        self.state.command_name = name;
        result
    }
}
