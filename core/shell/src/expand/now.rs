//! Expansion of words that wait for nothing.

use bstr::BString;
use kernel::Process;

use super::field::Purpose;
use super::{Digits, Output, pattern, special};
use crate::arith::{self, Expression};
use crate::ast::{Arithmetic, Name, ParamName, ParamOp, Part, Quoting, Word};
use crate::exec::{Machine, Raise};
use crate::state::Fields;

/// How many lists of words keep their memory.
const KEPT: usize = 16;

/// The largest list that is kept.
const ROOMY: usize = 256;

impl Machine {
    /// A list for words.
    pub(crate) fn take_fields(&mut self) -> Fields {
        self.spare_fields.pop().unwrap_or_default()
    }

    /// Keeps the memory of a list for the next one.
    pub(crate) fn keep_fields(&mut self, mut fields: Fields) {
        if self.spare_fields.len() < KEPT && fields.buffers() <= ROOMY {
            fields.clear();
            self.spare_fields.push(fields);
        }
    }

    /// Expands one word to any number of fields.
    pub(crate) fn expand_fields_now(
        &mut self,
        p: &mut Process,
        word: &Word,
        fields: &mut Fields,
    ) -> Result<(), Raise> {
        // Most words are plain text, or the value of a variable.
        match word.parts.as_slice() {
            [Part::Quoted(text)] => {
                fields.push(text);
                return Ok(());
            }
            [Part::Literal(text)] if !pattern::may_match_names(text) => {
                fields.push(text);
                return Ok(());
            }
            [Part::Param(param, quoting)] if param.op == ParamOp::Value => {
                if let Some(value) = self.plain_value(&param.name)
                    && (*quoting == Quoting::Quoted || self.state.vars.ifs().leaves_whole(value))
                {
                    fields.push(value);
                    return Ok(());
                }
            }
            _ => {}
        }
        let mut out = self.take_output(Purpose::Fields);
        self.expand_parts_now(p, &word.parts, &mut out)?;
        self.finish_fields(p, out, fields)
    }

    /// The value of a parameter that is set and stands for one text.
    fn plain_value(&self, name: &ParamName) -> Option<&[u8]> {
        match name {
            ParamName::Variable(name) => self.state.vars.get_at(name.into()).map(|value| &**value),
            ParamName::Position(number) if *number > 0 => {
                self.state.params.get(number - 1).map(|value| value.as_slice())
            }
            _ => None,
        }
    }

    /// Expands a word to one text. Whoever calls keeps the output when it has been read.
    pub(crate) fn expand_text_now(&mut self, p: &mut Process, word: &Word) -> Result<Box<Output>, Raise> {
        let mut out = self.take_output(Purpose::Text);
        self.expand_parts_now(p, &word.parts, &mut out)?;
        self.check_length(&out)?;
        Ok(out)
    }

    /// Expands a word to a pattern, with what was quoted escaped.
    pub(crate) fn expand_pattern_now(&mut self, p: &mut Process, word: &Word) -> Result<Box<Output>, Raise> {
        let mut out = self.take_output(Purpose::Pattern);
        self.expand_parts_now(p, &word.parts, &mut out)?;
        Ok(out)
    }

    /// `name=word`
    pub(crate) fn assign_word_now(&mut self, p: &mut Process, name: &Name, word: &Word) -> Result<(), Raise> {
        match word.parts.as_slice() {
            [Part::Literal(text) | Part::Quoted(text)] => self.assign_at(name.into(), text),
            [Part::Arithmetic(arithmetic, _)] => {
                let value = self.arithmetic_now(p, arithmetic)?;
                self.assign_at(name.into(), Digits::of(value).text())
            }
            parts => {
                let mut out = self.take_output(Purpose::Text);
                let plain = match parts {
                    [Part::Param(param, _)] if param.op == ParamOp::Value => self.plain_value(&param.name),
                    _ => None,
                };
                match plain {
                    Some(value) => out.literal(value),
                    None => {
                        self.expand_parts_now(p, parts, &mut out)?;
                        self.check_length(&out)?;
                    }
                }
                let result = self.assign_at(name.into(), out.text());
                self.keep_output(out);
                result
            }
        }
    }

    pub(super) fn expand_parts_now(
        &mut self,
        p: &mut Process,
        parts: &[Part],
        out: &mut Output,
    ) -> Result<(), Raise> {
        parts.iter().try_for_each(|part| self.expand_part_now(p, part, out))
    }

    /// Expands the word of an operator within another expansion.
    pub(super) fn expand_inner_now(
        &mut self,
        p: &mut Process,
        word: &Word,
        out: &mut Output,
    ) -> Result<(), Raise> {
        let before = out.enter_expansion();
        let result = self.expand_parts_now(p, &word.parts, out);
        out.leave_expansion(before);
        result
    }

    /// Expands a part that waits for nothing; others add nothing here.
    pub(super) fn expand_part_now(
        &mut self,
        p: &mut Process,
        part: &Part,
        out: &mut Output,
    ) -> Result<(), Raise> {
        match part {
            Part::Literal(text) => out.literal(text),
            Part::Quoted(text) => out.quoted(text),
            Part::Param(param, quoting) => self.expand_param_now(p, param, *quoting, out)?,
            Part::Arithmetic(arithmetic, quoting) => {
                let value = self.arithmetic_now(p, arithmetic)?;
                out.number(value, *quoting);
            }
            Part::Command(..) | Part::Process(..) => {}
        }
        Ok(())
    }

    fn arithmetic_now(&mut self, p: &mut Process, arithmetic: &Arithmetic) -> Result<i64, Raise> {
        if let [Part::Quoted(text)] = arithmetic.word.parts.as_slice() {
            let expression = arithmetic.expression.get_or_init(|| Expression::from(text.as_slice()));
            let mut variables = special::ShellVariables { machine: self, process: p };
            return arith::evaluate_read(expression, &mut variables)
                .map_err(|error| self.raise(error.to_string()));
        }
        let out = self.expand_text_now(p, &arithmetic.word)?;
        let value = self.evaluate(p, out.text());
        self.keep_output(out);
        value
    }

    /// The texts of the words of an operator.
    pub(super) fn operands_now(
        &mut self,
        p: &mut Process,
        op: &ParamOp,
    ) -> Result<(BString, BString), Raise> {
        Ok(match op {
            ParamOp::TrimPrefix(_, pattern) | ParamOp::TrimSuffix(_, pattern) => {
                let pattern = self.expand_pattern_now(p, pattern)?;
                (self.text_of(pattern), BString::default())
            }
            ParamOp::Replace(parts) => {
                let pattern = self.expand_pattern_now(p, &parts.pattern)?;
                let pattern = self.text_of(pattern);
                let replacement = self.expand_text_now(p, &parts.replacement)?;
                (pattern, self.text_of(replacement))
            }
            ParamOp::Substring(word) => {
                let text = self.expand_text_now(p, word)?;
                (self.text_of(text), BString::default())
            }
            _ => Default::default(),
        })
    }
}
