//! Function calls and local variables.

use std::rc::Rc;

use bstr::ByteSlice;

use super::frame::{CallFrame, Flags, Frame};
use super::{Machine, Raise};
use crate::ast::{NameRef, NodeRef};
use crate::limits::MAX_CALL_DEPTH;
use crate::state::Fields;

impl Machine {
    /// Calls a function with `arguments`, the name first.
    pub(super) fn call(&mut self, body: NodeRef, arguments: Fields, flags: Flags) -> Result<(), Raise> {
        self.enter_call()?;
        self.state.function_depth += 1;
        let mut arguments = arguments;
        let name = arguments.take_first();
        let frame = CallFrame {
            function_name: std::mem::replace(&mut self.state.function_name, name),
            params: std::mem::replace(&mut self.state.params, Rc::new(arguments)),
            locals: Vec::new(),
            loop_depth: self.loop_depth,
            getopts: std::mem::take(&mut self.state.getopts),
        };
        self.frames.push(Frame::CheckExit(flags));
        self.calls.push(frame);
        self.frames.push(Frame::Call);
        self.frames.push(Frame::Eval(body, Flags { tested: flags.tested, last: false }));
        Ok(())
    }

    /// Counts one more nested call, `eval` or sourced file.
    pub(crate) fn enter_call(&mut self) -> Result<(), Raise> {
        if self.state.call_depth >= MAX_CALL_DEPTH {
            return Err(self.raise(format!("calls nested too deep (limit {MAX_CALL_DEPTH})")));
        }
        self.state.call_depth += 1;
        Ok(())
    }

    /// Puts back what the caller had.
    pub(super) fn leave_function(&mut self) {
        let Some(frame) = self.calls.pop() else { return };
        self.state.call_depth -= 1;
        self.state.function_depth -= 1;
        self.state.function_name = frame.function_name;
        let arguments = std::mem::replace(&mut self.state.params, frame.params);
        if let Ok(arguments) = Rc::try_unwrap(arguments) {
            self.keep_fields(arguments);
        }
        self.loop_depth = frame.loop_depth;
        self.state.getopts = frame.getopts;
        for (name, before) in frame.locals.into_iter().rev() {
            self.state.vars.restore(&name, before);
        }
    }

    /// Makes a variable local to the running function. False if it is already.
    pub(crate) fn make_local(&mut self, name: &[u8]) -> bool {
        let Some(call) = self.calls.last_mut() else { return true };
        let is_new = !call.locals.iter().any(|(known, _)| known == name);
        if is_new {
            call.locals.push((name.into(), self.state.vars.variable(name).cloned()));
        }
        is_new
    }

    /// Assigns a variable as the script does.
    pub(crate) fn assign(&mut self, name: &[u8], value: impl AsRef<[u8]>) -> Result<(), Raise> {
        self.assign_at(name.into(), value.as_ref())
    }

    /// The same, by a name that the script spells.
    pub(crate) fn assign_at(&mut self, name: NameRef<'_>, value: &[u8]) -> Result<(), Raise> {
        let exports = self.state.options.is_on(crate::state::Opt::AllExport);
        let vars = &mut self.state.vars;
        let result = if exports { vars.set_exported(name, value) } else { vars.set(name, value) };
        if let Err(refusal) = result {
            return Err(self.read_only(refusal));
        }
        let name = name.text;
        match name {
            b"OPTIND" => {
                let index = self.state.vars.get(name).and_then(|value| value.to_str().ok()?.parse().ok());
                self.state.getopts =
                    crate::state::GetoptsState { index: index.unwrap_or(1).max(1), offset: None };
            }
            b"PATH" => self.state.hashed.clear(),
            b"RANDOM" => self.seed_random(),
            _ => {}
        }
        Ok(())
    }
}
