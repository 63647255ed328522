//! From words to fields: tilde, parameters, commands, arithmetic, field splitting, pathnames, quote removal.

mod command;
mod field;
mod fields;
mod glob;
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
use crate::ast::{Param, ParamName, ParamOp, Part, ProcessDirection, Quoting, Word};
use crate::exec::{Machine, Raise};
use crate::limits::{MAX_EXPANSION, MAX_WORDS};
pub(crate) use field::Output;
pub(crate) use pattern::matches;
use tilde::Tilde;

impl Machine {
    /// Expands the words of a command to its fields.
    pub(crate) async fn expand_words(
        &mut self,
        p: &mut Process,
        words: &[Word],
    ) -> Result<Vec<BString>, Raise> {
        let mut fields = Vec::with_capacity(words.len());
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
        fields: &mut Vec<BString>,
    ) -> Result<(), Raise> {
        // Most words are plain text.
        match word.parts.as_slice() {
            [Part::Quoted(text)] => {
                fields.push(text.clone());
                return Ok(());
            }
            [Part::Literal(text)] if !pattern::needs_expansion(text) => {
                fields.push(text.clone());
                return Ok(());
            }
            [Part::Param(param, quoting)] => {
                if let Some(value) = self.plain_value(param, *quoting) {
                    fields.push(value);
                    return Ok(());
                }
            }
            _ => {}
        }
        let mut out = Output::fields(self.ifs());
        self.expand_parts(p, &word.parts, Tilde::Word, &mut out).await?;
        if out.is_over_limit() || fields.len() > MAX_WORDS {
            return Err(self.raise(format!("too many words (limit {MAX_WORDS})")));
        }
        self.finish_fields(p, out, fields)
    }

    /// The value of `$name` where it makes exactly one field without splitting or matching.
    fn plain_value(&self, param: &Param, quoting: Quoting) -> Option<BString> {
        let (ParamName::Variable(name), ParamOp::Value) = (&param.name, &param.op) else { return None };
        let value = self.state.vars.get(name)?;
        let ifs = self.state.vars.ifs();
        let is_one = || !value.is_empty() && value.iter().all(|b| !ifs.contains(*b) && !b"*?[\\".contains(b));
        (quoting == Quoting::Quoted || is_one()).then(|| value.into())
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
        let mut out = Output::pattern(self.ifs());
        self.expand_parts(p, &word.parts, Tilde::Word, &mut out).await?;
        Ok(out.into_text())
    }

    async fn expand_joined(&mut self, p: &mut Process, word: &Word, tilde: Tilde) -> Result<BString, Raise> {
        match word.parts.as_slice() {
            [Part::Quoted(text)] => return Ok(text.clone()),
            [Part::Arithmetic(inner, _)] => {
                if let [Part::Quoted(text)] = inner.parts.as_slice() {
                    return Ok(self.evaluate(p, text)?.to_string().into());
                }
            }
            _ => {}
        }
        let mut out = Output::text(self.ifs());
        self.expand_parts(p, &word.parts, tilde, &mut out).await?;
        if out.is_over_limit() {
            return Err(self.raise(format!("expansion is too long (limit {MAX_EXPANSION})")));
        }
        Ok(out.into_text())
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
                Part::Literal(text) if tilde == Tilde::None || !text.contains(&b'~') => out.literal(text),
                Part::Literal(text) => {
                    let position = tilde::Position { first: index == 0, last: index + 1 == parts.len() };
                    Box::pin(self.expand_tilde(p, text, tilde, position, out)).await;
                }
                Part::Quoted(text) => out.quoted(text),
                Part::Param(param, quoting) => self.expand_param(p, param, *quoting, out).await?,
                Part::Command(node, quoting) => {
                    let text = self.substitute_command(p, node).await?;
                    out.expanded(&text, *quoting);
                }
                Part::Arithmetic(word, quoting) => {
                    let value = match word.parts.as_slice() {
                        [Part::Quoted(text)] => self.evaluate(p, text)?,
                        _ => Box::pin(self.expand_arithmetic(p, word)).await?,
                    };
                    out.number(value, *quoting);
                }
                Part::Process(direction, node) => {
                    let path = self.substitute_process(p, *direction == ProcessDirection::Read, node)?;
                    out.quoted(&path);
                }
            }
        }
        Ok(())
    }

    async fn expand_arithmetic(&mut self, p: &mut Process, word: &Word) -> Result<i64, Raise> {
        let text = self.expand_plain(p, word).await?;
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
