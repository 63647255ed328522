//! From words to fields: tilde, parameters, commands, arithmetic, field splitting, pathnames, quote removal.
//!
//! Most words wait for nothing, and are expanded by plain functions (`..._now`). The others, marked by `waits` in the
//! tree, go through futures down to the part that waits.

mod command;
mod digits;
mod field;
mod fields;
mod glob;
mod list;
mod now;
mod param;
mod pattern;
mod replace;
mod special;
mod tilde;

use std::future::Future;
use std::pin::Pin;

use bstr::BString;
use kernel::Process;

use crate::arith;
use crate::ast::{Arithmetic, Part, ProcessDirection, Quoting, Word};
use crate::exec::{Machine, Raise};
use crate::limits::MAX_EXPANSION;
use crate::state::Fields;
pub(crate) use digits::Digits;
pub(crate) use field::Output;
use field::Purpose;
pub(crate) use pattern::matches;
use tilde::Tilde;

impl Machine {
    /// Expands the words of a command to its fields.
    pub(crate) async fn expand_words(&mut self, p: &mut Process, words: &[Word]) -> Result<Fields, Raise> {
        let mut fields = self.take_fields();
        for word in words {
            self.expand_fields(p, word, &mut fields).await?;
        }
        Ok(fields)
    }

    /// Expands one word to any number of fields.
    pub(crate) async fn expand_fields(
        &mut self,
        p: &mut Process,
        word: &Word,
        fields: &mut Fields,
    ) -> Result<(), Raise> {
        if !word.waits {
            return self.expand_fields_now(p, word, fields);
        }
        let mut out = self.take_output(Purpose::Fields);
        self.expand_parts(p, &word.parts, Tilde::Word, &mut out).await?;
        self.finish_fields(p, out, fields)
    }

    /// Expands a word to one text: assignments of builtins, redirection targets, case words, here-documents.
    pub(crate) async fn expand_text(&mut self, p: &mut Process, word: &Word) -> Result<BString, Raise> {
        self.expand_joined(p, word, Tilde::Word).await
    }

    /// Expands the value of an assignment, where a tilde may also follow a colon.
    pub(crate) async fn expand_assignment(&mut self, p: &mut Process, word: &Word) -> Result<BString, Raise> {
        self.expand_joined(p, word, Tilde::Assignment).await
    }

    /// Expands without tildes: arithmetic and here-documents.
    pub(crate) async fn expand_plain(&mut self, p: &mut Process, word: &Word) -> Result<BString, Raise> {
        self.expand_joined(p, word, Tilde::None).await
    }

    /// Expands a word to a pattern, with what was quoted escaped.
    pub(crate) async fn expand_pattern(&mut self, p: &mut Process, word: &Word) -> Result<BString, Raise> {
        let mut out = self.take_output(Purpose::Pattern);
        self.expand_parts(p, &word.parts, Tilde::Word, &mut out).await?;
        Ok(self.text_of(out))
    }

    async fn expand_joined(&mut self, p: &mut Process, word: &Word, tilde: Tilde) -> Result<BString, Raise> {
        let mut out = self.take_output(Purpose::Text);
        self.expand_parts(p, &word.parts, tilde, &mut out).await?;
        self.check_length(&out)?;
        Ok(self.text_of(out))
    }

    fn check_length(&self, out: &Output) -> Result<(), Raise> {
        if out.is_over_limit() {
            return Err(self.raise(format!("expansion is too long (limit {MAX_EXPANSION})")));
        }
        Ok(())
    }

    /// Expands the word of an operator within another expansion.
    pub(crate) fn expand_inner<'f>(
        &'f mut self,
        p: &'f mut Process,
        word: &'f Word,
        out: &'f mut Output,
    ) -> Pin<Box<dyn Future<Output = Result<(), Raise>> + 'f>> {
        Box::pin(async move {
            let before = out.enter_expansion();
            let result = self.expand_parts(p, &word.parts, Tilde::Word, out).await;
            out.leave_expansion(before);
            result
        })
    }

    async fn expand_parts(
        &mut self,
        p: &mut Process,
        parts: &[Part],
        tilde: Tilde,
        out: &mut Output,
    ) -> Result<(), Raise> {
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Literal(text) if tilde != Tilde::None && text.contains(&b'~') => {
                    let position = tilde::Position { first: index == 0, last: index + 1 == parts.len() };
                    Box::pin(self.expand_tilde(p, text, tilde, position, out)).await;
                }
                Part::Command(node, quoting) => {
                    let text = self.substitute_command(p, node).await?;
                    out.expanded(&text, *quoting);
                }
                Part::Param(param, quoting) if part.waits() => {
                    Box::pin(self.expand_operator(p, param, *quoting, out)).await?;
                }
                Part::Arithmetic(arithmetic, quoting) if part.waits() => {
                    let value = Box::pin(self.expand_arithmetic(p, arithmetic)).await?;
                    out.number(value, *quoting);
                }
                Part::Process(direction, node) => {
                    let path = self.substitute_process(p, *direction == ProcessDirection::Read, node)?;
                    out.quoted(&path);
                }
                part => self.expand_part_now(p, part, out)?,
            }
        }
        Ok(())
    }

    async fn expand_arithmetic(&mut self, p: &mut Process, arithmetic: &Arithmetic) -> Result<i64, Raise> {
        let text = self.expand_plain(p, &arithmetic.word).await?;
        self.evaluate(p, &text)
    }

    /// The value of an arithmetic expression.
    pub(crate) fn evaluate(&mut self, p: &mut Process, text: &[u8]) -> Result<i64, Raise> {
        let mut variables = special::ShellVariables { machine: self, process: p };
        arith::evaluate(text, &mut variables).map_err(|error| self.raise(error.to_string()))
    }

    /// Adds the result of an unquoted or quoted expansion of several fields, as `$@` gives them.
    fn expand_list(&mut self, list: &[BString], quoting: Quoting, out: &mut Output) {
        for (index, item) in list.iter().enumerate() {
            if index > 0 {
                out.next_field();
            }
            out.expanded(item, quoting);
        }
    }
}
