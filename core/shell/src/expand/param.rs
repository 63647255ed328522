//! Parameter expansion.

use bstr::{BString, ByteSlice};
use kernel::Process;

use super::Output;
use super::pattern::{without_prefix, without_suffix};
use super::replace::replace;
use crate::ast::{Emptiness, Name, Param, ParamName, ParamOp, Quoting, Word};
use crate::exec::{Machine, Raise};
use crate::state::Opt;

/// What is left to do of an operator once its parameter has been read.
enum Rest<'w> {
    /// Nothing.
    Done,
    /// Add the expansion of a word.
    Add(&'w Word),
    /// Expand a word, assign and add it.
    Assign(&'w Name, &'w Word),
    /// Expand a word and fail with it.
    Fail(Emptiness, &'w Word),
    /// Change the value.
    Change(BString),
    /// Change the positional parameters, as one text with NULs between them.
    ChangeList(BString),
}

impl Machine {
    pub(super) fn expand_param_now(
        &mut self,
        p: &mut Process,
        param: &Param,
        quoting: Quoting,
        out: &mut Output,
    ) -> Result<(), Raise> {
        match &param.op {
            ParamOp::Value => self.expand_value(p, &param.name, quoting, out),
            ParamOp::Bad => {
                // It is a matter of syntax, told with the line that the shell has read up to.
                self.state.line = self.state.read_line;
                Err(self.raise("syntax error: bad substitution"))
            }
            _ if self.change_in_place(param, quoting, out) => Ok(()),
            _ => self.expand_operator_now(p, param, quoting, out),
        }
    }

    fn expand_value(
        &mut self,
        p: &mut Process,
        name: &ParamName,
        quoting: Quoting,
        out: &mut Output,
    ) -> Result<(), Raise> {
        match name {
            ParamName::Special(byte @ (b'@' | b'*')) => self.expand_positional(*byte, quoting, out)?,
            ParamName::Special(b'?') => out.number(self.state.status.into(), quoting),
            ParamName::Special(b'#') => out.number(self.state.params.len() as i64, quoting),
            ParamName::Variable(name) => {
                if let Some(value) = self.state.vars.get_at(name.into()) {
                    out.expanded(value, quoting);
                    return Ok(());
                }
                match self.special_variable(p, name) {
                    Some(value) => out.expanded(&value, quoting),
                    None => self.expand_unset(name, quoting, out)?,
                }
            }
            ParamName::Position(number) if (1..=self.state.params.len()).contains(number) => {
                out.expanded(&self.state.params[number - 1], quoting);
            }
            _ => match self.parameter(p, name) {
                Some(value) => out.expanded(&value, quoting),
                None => self.expand_unset(&spelling(name), quoting, out)?,
            },
        }
        Ok(())
    }

    /// An unset parameter: empty, or an error by `set -u`.
    fn expand_unset(&mut self, name: &[u8], quoting: Quoting, out: &mut Output) -> Result<(), Raise> {
        if self.state.options.is_on(Opt::NoUnset) {
            return Err(self.not_set(name, "parameter not set"));
        }
        out.expanded(b"", quoting);
        Ok(())
    }

    fn not_set(&self, name: &[u8], reason: &str) -> Raise {
        self.raise(format!("{}: {reason}", name.as_bstr()))
    }

    /// `$@` and `$*`.
    fn expand_positional(&mut self, byte: u8, quoting: Quoting, out: &mut Output) -> Result<(), Raise> {
        let params = self.state.params.clone();
        let makes_fields = out.takes_fields() && !(byte == b'*' && quoting == Quoting::Quoted);
        if makes_fields {
            self.expand_list(&params, quoting, out);
            return Ok(());
        }
        let joined = bstr::join(out.ifs().joiner(), params.iter());
        out.expanded(&joined, quoting);
        Ok(())
    }

    /// The value of any parameter as one text; none when it is unset.
    fn parameter(&mut self, p: &mut Process, name: &ParamName) -> Option<BString> {
        match name {
            ParamName::Variable(name) => match self.state.vars.get_at(name.into()) {
                Some(value) => Some(value.into()),
                None => self.special_variable(p, name),
            },
            ParamName::Position(0) => Some(self.state.arg0.clone()),
            ParamName::Position(number) => self.state.params.get(number - 1).cloned(),
            ParamName::Special(byte) => self.special_parameter(*byte),
        }
    }

    /// The operators that scripts use most, on a variable that is set: its value is looked at where it is. False where
    /// more has to be done.
    fn change_in_place(&self, param: &Param, quoting: Quoting, out: &mut Output) -> bool {
        let ParamName::Variable(name) = &param.name else { return false };
        let Some(value) = self.state.vars.get_at(name.into()) else { return false };
        match &param.op {
            ParamOp::Length => out.number(length(value) as i64, quoting),
            ParamOp::TrimPrefix(extent, pattern) => match pattern.as_pattern_text() {
                Some(pattern) => out.expanded(without_prefix(value, pattern, *extent), quoting),
                None => return false,
            },
            ParamOp::TrimSuffix(extent, pattern) => match pattern.as_pattern_text() {
                Some(pattern) => out.expanded(without_suffix(value, pattern, *extent), quoting),
                None => return false,
            },
            ParamOp::Default(emptiness, _) if counts(*emptiness, Some(value)) => out.expanded(value, quoting),
            _ => return false,
        }
        true
    }

    /// Reads the parameter and does what needs no word.
    fn begin_operator<'w>(
        &mut self,
        p: &mut Process,
        param: &'w Param,
        quoting: Quoting,
        out: &mut Output,
    ) -> Result<Rest<'w>, Raise> {
        let value = self.parameter(p, &param.name);
        let is_there =
            |emptiness: &Emptiness| counts(*emptiness, value.as_ref().map(|value| value.as_slice()));
        match &param.op {
            ParamOp::Default(emptiness, _) | ParamOp::Assign(emptiness, _) | ParamOp::Error(emptiness, _)
                if is_there(emptiness) =>
            {
                self.expand_value(p, &param.name, quoting, out)?;
                Ok(Rest::Done)
            }
            ParamOp::Alternative(emptiness, _) if !is_there(emptiness) => {
                out.expanded(b"", quoting);
                Ok(Rest::Done)
            }
            ParamOp::Default(_, word) | ParamOp::Alternative(_, word) => {
                if quoting == Quoting::Quoted {
                    out.quoted(b"");
                }
                Ok(Rest::Add(word))
            }
            ParamOp::Assign(_, word) => match &param.name {
                ParamName::Variable(name) => Ok(Rest::Assign(name, word)),
                name => Err(self.not_set(&spelling(name), "bad variable name")),
            },
            ParamOp::Error(emptiness, word) => Ok(Rest::Fail(*emptiness, word)),
            op if out.takes_fields() && is_list(&param.name, quoting) && *op != ParamOp::Length => {
                Ok(Rest::ChangeList(bstr::join(b"\0", self.state.params.iter()).into()))
            }
            op => match value {
                None if self.state.options.is_on(Opt::NoUnset) => {
                    Err(self.not_set(&spelling(&param.name), "parameter not set"))
                }
                // An empty value may match, an unset one does not.
                None if matches!(op, ParamOp::Replace(_)) => {
                    out.expanded(b"", quoting);
                    Ok(Rest::Done)
                }
                value => Ok(Rest::Change(value.unwrap_or_default())),
            },
        }
    }

    /// An operator whose words wait for nothing.
    fn expand_operator_now(
        &mut self,
        p: &mut Process,
        param: &Param,
        quoting: Quoting,
        out: &mut Output,
    ) -> Result<(), Raise> {
        match self.begin_operator(p, param, quoting, out)? {
            Rest::Done => Ok(()),
            // Literal text of the word is split like the value would be.
            Rest::Add(word) => self.expand_inner_now(p, word, out),
            Rest::Assign(name, word) => {
                let text = self.expand_text_now(p, word)?;
                let text = self.text_of(text);
                self.assign_and_add(name, &text, quoting, out)
            }
            Rest::Fail(emptiness, word) => {
                let text = self.expand_text_now(p, word)?;
                let text = self.text_of(text);
                Err(self.parameter_error(&param.name, emptiness, word, text))
            }
            Rest::Change(value) => {
                let operands = self.operands_now(p, &param.op)?;
                self.add_changed(p, &param.op, (value, operands), quoting, out)
            }
            Rest::ChangeList(params) => {
                let operands = self.operands_now(p, &param.op)?;
                self.add_changed_list(p, &param.op, (params, operands), quoting, out)
            }
        }
    }

    /// An operator with a word that may wait.
    pub(super) async fn expand_operator(
        &mut self,
        p: &mut Process,
        param: &Param,
        quoting: Quoting,
        out: &mut Output,
    ) -> Result<(), Raise> {
        match self.begin_operator(p, param, quoting, out)? {
            Rest::Done => Ok(()),
            Rest::Add(word) => self.expand_inner(p, word, out).await,
            Rest::Assign(name, word) => {
                let text = self.expand_text(p, word).await?;
                self.assign_and_add(name, &text, quoting, out)
            }
            Rest::Fail(emptiness, word) => {
                let text = self.expand_text(p, word).await?;
                Err(self.parameter_error(&param.name, emptiness, word, text))
            }
            Rest::Change(value) => {
                let operands = self.operands(p, &param.op).await?;
                self.add_changed(p, &param.op, (value, operands), quoting, out)
            }
            Rest::ChangeList(params) => {
                let operands = self.operands(p, &param.op).await?;
                self.add_changed_list(p, &param.op, (params, operands), quoting, out)
            }
        }
    }

    fn assign_and_add(
        &mut self,
        name: &Name,
        text: &[u8],
        quoting: Quoting,
        out: &mut Output,
    ) -> Result<(), Raise> {
        self.assign_at(name.into(), text)?;
        out.expanded(text, quoting);
        Ok(())
    }

    fn parameter_error(&self, name: &ParamName, emptiness: Emptiness, word: &Word, text: BString) -> Raise {
        let reason = match (text.is_empty() && word.parts.is_empty(), emptiness) {
            (true, Emptiness::IsSet) => BString::from("parameter not set"),
            (true, Emptiness::IsUnset) => BString::from("parameter not set or null"),
            (false, _) => text,
        };
        let mut message = spelling(name);
        message.extend_from_slice(b": ");
        message.extend_from_slice(&reason);
        self.raise(message)
    }

    /// The texts of the words of an operator.
    async fn operands(&mut self, p: &mut Process, op: &ParamOp) -> Result<(BString, BString), Raise> {
        Ok(match op {
            ParamOp::TrimPrefix(_, pattern) | ParamOp::TrimSuffix(_, pattern) => {
                (self.expand_pattern(p, pattern).await?, BString::default())
            }
            ParamOp::Replace(parts) => {
                let pattern = self.expand_pattern(p, &parts.pattern).await?;
                (pattern, self.expand_text(p, &parts.replacement).await?)
            }
            ParamOp::Substring(word) => (self.expand_text(p, word).await?, BString::default()),
            _ => Default::default(),
        })
    }

    fn add_changed(
        &mut self,
        p: &mut Process,
        op: &ParamOp,
        (value, operands): (BString, (BString, BString)),
        quoting: Quoting,
        out: &mut Output,
    ) -> Result<(), Raise> {
        let text = self.changed(p, op, value, &operands)?;
        self.check_length(out)?;
        out.expanded(&text, quoting);
        Ok(())
    }

    /// `"${@#pattern}"`: ash works on the parameters as one text with NULs between them.
    fn add_changed_list(
        &mut self,
        p: &mut Process,
        op: &ParamOp,
        (joined, operands): (BString, (BString, BString)),
        quoting: Quoting,
        out: &mut Output,
    ) -> Result<(), Raise> {
        let changed = self.changed(p, op, joined, &operands)?;
        let params: Vec<BString> = changed.split(|byte| *byte == 0).map(BString::from).collect();
        self.expand_list(&params, quoting, out);
        Ok(())
    }

    /// Length, trimming, substring, replacement.
    fn changed(
        &mut self,
        p: &mut Process,
        op: &ParamOp,
        value: BString,
        (first, second): &(BString, BString),
    ) -> Result<BString, Raise> {
        Ok(match op {
            ParamOp::Length => length(&value).to_string().into(),
            ParamOp::TrimPrefix(extent, _) => without_prefix(&value, first, *extent).into(),
            ParamOp::TrimSuffix(extent, _) => without_suffix(&value, first, *extent).into(),
            ParamOp::Replace(parts) => replace(&value, first, second, parts.all),
            ParamOp::Substring(_) => {
                let (offset, length) = match first.split_once_str(":") {
                    Some((offset, length)) => (offset, Some(length)),
                    None => (first.as_slice(), None),
                };
                let offset = self.evaluate(p, offset)?;
                let length = length.map(|length| self.evaluate(p, length)).transpose()?;
                substring(&value, offset, length).into()
            }
            _ => value,
        })
    }
}

/// Whether a value counts as there.
fn counts(emptiness: Emptiness, value: Option<&[u8]>) -> bool {
    match emptiness {
        Emptiness::IsSet => value.is_some(),
        Emptiness::IsUnset => value.is_some_and(|value| !value.is_empty()),
    }
}

/// Whether a parameter makes a field of each of its parts.
fn is_list(name: &ParamName, quoting: Quoting) -> bool {
    match name {
        ParamName::Special(b'@') => true,
        ParamName::Special(b'*') => quoting == Quoting::Bare,
        _ => false,
    }
}

/// A parameter's name as messages show it.
fn spelling(name: &ParamName) -> BString {
    match name {
        ParamName::Variable(name) => (**name).clone(),
        ParamName::Position(number) => number.to_string().into(),
        ParamName::Special(byte) => BString::from(vec![*byte]),
    }
}

/// Characters in a text.
fn length(text: &[u8]) -> usize {
    text.chars().count()
}

/// The part of a text that begins at a byte offset (from the end when negative).
fn substring(text: &[u8], offset: i64, length: Option<i64>) -> &[u8] {
    let total = text.len() as i64;
    let start = if offset < 0 { total.saturating_add(offset) } else { offset };
    if start < 0 || start > total {
        return b"";
    }
    let end = match length {
        None => total,
        Some(length) if length < 0 => total.saturating_add(length),
        Some(length) => start.saturating_add(length).min(total),
    };
    if end <= start { b"" } else { &text[start as usize..end as usize] }
}
