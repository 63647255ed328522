//! Parameters and variables that the shell computes.

use bstr::BString;
use kernel::Process;

use super::Digits;
use crate::arith::{ArithmeticError, Value, Variables};
use crate::ast::NameRef;
use crate::exec::{Machine, Raise};

impl Machine {
    /// `$#`, `$?`, `$$`, `$!`, `$-`, `$*` and `$@`, which always count as set; none when unset.
    pub(super) fn special_parameter(&self, byte: u8) -> Option<BString> {
        let state = &self.state;
        Some(match byte {
            b'#' => state.params.len().to_string().into(),
            b'?' => state.status.to_string().into(),
            b'$' => state.root_pid.to_string().into(),
            b'!' => state.last_background?.to_string().into(),
            b'-' => state.options.letters().into(),
            _ => bstr::join(self.ifs().joiner(), state.params.iter()).into(),
        })
    }

    /// The value of a variable that is not in the table: `LINENO`, `RANDOM` and `FUNCNAME`.
    pub(super) fn special_variable(&mut self, _p: &mut Process, name: &[u8]) -> Option<BString> {
        match name {
            b"LINENO" => Some(self.state.line.to_string().into()),
            b"FUNCNAME" => self.computed_funcname().cloned(),
            b"RANDOM" => Some(self.next_random().to_string().into()),
            _ => None,
        }
    }

    /// `$FUNCNAME`, unless it was unset or is a local variable without a value.
    pub(crate) fn computed_funcname(&self) -> Option<&BString> {
        let is_ordinary = self.state.is_funcname_unset || self.state.vars.variable(b"FUNCNAME").is_some();
        (!is_ordinary).then_some(&self.state.function_name)
    }

    /// The next number of `$RANDOM`: 15 bits of a linear congruential generator.
    fn next_random(&mut self) -> u32 {
        self.state.random = self.state.random.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        (self.state.random >> 16) & 0x7fff
    }

    /// `RANDOM=n` begins the sequence of n, and the variable stays computed.
    pub(crate) fn seed_random(&mut self) {
        let seed = self.state.vars.get(b"RANDOM").and_then(|value| std::str::from_utf8(value).ok());
        self.state.random = seed.and_then(|value| value.parse().ok()).unwrap_or(0);
        // A read-only RANDOM is not computed any more.
        let _ = self.state.vars.unset(b"RANDOM");
    }
}

/// The shell's variables as arithmetic sees them.
pub(super) struct ShellVariables<'m> {
    pub(super) machine: &'m mut Machine,
    pub(super) process: &'m mut Process,
}

impl Variables for ShellVariables<'_> {
    fn value(&mut self, name: NameRef<'_>) -> Result<Value, ArithmeticError> {
        if let Some(value) = self.machine.state.vars.get_at(name) {
            return Ok(Some(value.as_ref()).into());
        }
        let value = self.machine.special_variable(self.process, name.text);
        Ok(value.as_ref().map(|value| value.as_slice()).into())
    }

    fn assign(&mut self, name: NameRef<'_>, value: i64) -> Result<(), ArithmeticError> {
        self.machine.assign_at(name, Digits::of(value).text()).map_err(|raise| match raise {
            Raise::Error { .. } => {
                let mut text = BString::from(name.text);
                text.extend_from_slice(b": is read only");
                ArithmeticError::Variable(text)
            }
            _ => ArithmeticError::Syntax,
        })
    }
}
