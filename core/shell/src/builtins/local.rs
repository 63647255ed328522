//! `local`.

use bstr::{BString, ByteSlice};
use kernel::Process;

use super::{Done, status};
use crate::exec::Machine;
use crate::parse::is_name;

pub(super) fn run(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    if m.state.function_depth == 0 {
        return Err(m.raise("not in a function"));
    }
    for arg in &args[1..] {
        let (name, value) = match arg.split_once_str("=") {
            Some((name, value)) => (name, Some(value)),
            None => (arg.as_slice(), None),
        };
        if !is_name(name) {
            return Err(m.raise_about(name, "bad variable name"));
        }
        let is_new = m.make_local(name);
        match value {
            Some(value) => m.assign(name, value)?,
            None if is_new => m.state.vars.clear_value(name).map_err(|refusal| m.read_only(refusal))?,
            None => {}
        }
    }
    status(0)
}
