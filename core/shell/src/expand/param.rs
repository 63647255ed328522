//! Parameter expansion.

use bstr::{BString, ByteSlice};
use kernel::Process;

use super::Output;
use super::pattern::{without_prefix, without_suffix};
use super::replace::replace;
use crate::ast::{Emptiness, Param, ParamName, ParamOp, Quoting, Word};
use crate::exec::{Machine, Raise};
use crate::limits::MAX_EXPANSION;
use crate::state::Opt;

impl Machine {
    pub(super) async fn expand_param(
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
            _ => Box::pin(self.expand_operator(p, param, quoting, out)).await,
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
            ParamName::Variable(name) => {
                if let Some(value) = self.state.vars.get(name) {
                    out.expanded(value, quoting);
                    return Ok(());
                }
                match self.special_variable(p, name) {
                    Some(value) => out.expanded(&value, quoting),
                    None => self.expand_unset(name, quoting, out)?,
                }
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
            ParamName::Variable(name) => match self.state.vars.get(name) {
                Some(value) => Some(value.into()),
                None => self.special_variable(p, name),
            },
            ParamName::Position(0) => Some(self.state.arg0.clone()),
            ParamName::Position(number) => self.state.params.get(number - 1).cloned(),
            ParamName::Special(byte) => self.special_parameter(*byte),
        }
    }

    async fn expand_operator(
        &mut self,
        p: &mut Process,
        param: &Param,
        quoting: Quoting,
        out: &mut Output,
    ) -> Result<(), Raise> {
        let value = self.parameter(p, &param.name);
        let counts = |emptiness: &Emptiness, value: &Option<BString>| match emptiness {
            Emptiness::IsSet => value.is_some(),
            Emptiness::IsUnset => value.as_ref().is_some_and(|value| !value.is_empty()),
        };
        match &param.op {
            ParamOp::Default(emptiness, word) => {
                if counts(emptiness, &value) {
                    return self.expand_value(p, &param.name, quoting, out);
                }
                self.expand_word_of(p, word, quoting, out).await
            }
            ParamOp::Alternative(emptiness, word) => {
                if counts(emptiness, &value) {
                    return self.expand_word_of(p, word, quoting, out).await;
                }
                out.expanded(b"", quoting);
                Ok(())
            }
            ParamOp::Assign(emptiness, word) => {
                if counts(emptiness, &value) {
                    return self.expand_value(p, &param.name, quoting, out);
                }
                let ParamName::Variable(name) = &param.name else {
                    return Err(self.not_set(&spelling(&param.name), "bad variable name"));
                };
                let text = self.expand_text(p, word).await?;
                self.assign(name, text.clone())?;
                out.expanded(&text, quoting);
                Ok(())
            }
            ParamOp::Error(emptiness, word) => {
                if counts(emptiness, &value) {
                    return self.expand_value(p, &param.name, quoting, out);
                }
                Err(self.parameter_error(p, &param.name, *emptiness, word).await?)
            }
            op if out.takes_fields() && is_list(&param.name, quoting) && *op != ParamOp::Length => {
                self.expand_transformed_list(p, op, quoting, out).await
            }
            op => {
                let text = self.transformed(p, &param.name, value, op).await?;
                if out.is_over_limit() {
                    return Err(self.raise(format!("expansion is too long (limit {MAX_EXPANSION})")));
                }
                out.expanded(&text, quoting);
                Ok(())
            }
        }
    }

    /// `"${@#pattern}"`. As in ash, suffixes are taken from the last parameter, prefixes and substrings from the
    /// first, and a replacement in the first drops the others.
    async fn expand_transformed_list(
        &mut self,
        p: &mut Process,
        op: &ParamOp,
        quoting: Quoting,
        out: &mut Output,
    ) -> Result<(), Raise> {
        let mut params = self.state.params.to_vec();
        if matches!(op, ParamOp::Replace(_)) {
            params.truncate(1);
        }
        let changed = match op {
            ParamOp::TrimSuffix(..) => params.last_mut(),
            _ => params.first_mut(),
        };
        if let Some(param) = changed {
            let value = Some(std::mem::take(param));
            *param = self.transformed(p, &ParamName::Special(b'@'), value, op).await?;
        }
        self.expand_list(&params, quoting, out);
        Ok(())
    }

    /// The word of `${x:-word}`: unquoted, its literal text is split like the value would be.
    async fn expand_word_of(
        &mut self,
        p: &mut Process,
        word: &Word,
        quoting: Quoting,
        out: &mut Output,
    ) -> Result<(), Raise> {
        if quoting == Quoting::Quoted {
            out.quoted(b"");
        }
        self.expand_inner(p, word, out).await
    }

    async fn parameter_error(
        &mut self,
        p: &mut Process,
        name: &ParamName,
        emptiness: Emptiness,
        word: &Word,
    ) -> Result<Raise, Raise> {
        let text = self.expand_text(p, word).await?;
        let reason = match (text.is_empty() && word.parts.is_empty(), emptiness) {
            (true, Emptiness::IsSet) => BString::from("parameter not set"),
            (true, Emptiness::IsUnset) => BString::from("parameter not set or null"),
            (false, _) => text,
        };
        let mut message = spelling(name);
        message.extend_from_slice(b": ");
        message.extend_from_slice(&reason);
        Ok(self.raise(message))
    }

    /// Length, trimming, substring, replacement.
    async fn transformed(
        &mut self,
        p: &mut Process,
        name: &ParamName,
        value: Option<BString>,
        op: &ParamOp,
    ) -> Result<BString, Raise> {
        if value.is_none() && self.state.options.is_on(Opt::NoUnset) {
            return Err(self.not_set(&spelling(name), "parameter not set"));
        }
        let is_unset = value.is_none();
        let value = value.unwrap_or_default();
        Ok(match op {
            ParamOp::Length => length(&value).to_string().into(),
            ParamOp::TrimPrefix(extent, pattern) => {
                let pattern = self.expand_pattern(p, pattern).await?;
                without_prefix(&value, &pattern, *extent).into()
            }
            ParamOp::TrimSuffix(extent, pattern) => {
                let pattern = self.expand_pattern(p, pattern).await?;
                without_suffix(&value, &pattern, *extent).into()
            }
            // An empty value may match, an unset one does not.
            ParamOp::Replace(_) if is_unset => value,
            ParamOp::Replace(parts) => {
                let pattern = self.expand_pattern(p, &parts.pattern).await?;
                let replacement = self.expand_text(p, &parts.replacement).await?;
                replace(&value, &pattern, &replacement, parts.all)
            }
            ParamOp::Substring(word) => {
                let text = self.expand_text(p, word).await?;
                let (offset, length) = match text.split_once_str(":") {
                    Some((offset, length)) => (offset, Some(length)),
                    None => (text.as_slice(), None),
                };
                let offset = self.evaluate(p, offset)?;
                let length = length.map(|length| self.evaluate(p, length)).transpose()?;
                substring(&value, offset, length).into()
            }
            _ => value,
        })
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
        ParamName::Variable(name) => name.clone(),
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
