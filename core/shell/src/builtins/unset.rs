//! `unset`.

use bstr::BString;
use kernel::Process;

use super::options::Letters;
use super::{Done, status};
use crate::exec::Machine;
use crate::parse::is_name;

pub(super) fn run(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    let mut letters = Letters::new(args, b"vf");
    let mut kind = None;
    while let Some((letter, _)) = letters.next(m)? {
        kind = Some(letter);
    }
    for name in letters.operands() {
        if kind == Some(b'f') {
            m.state.functions.remove(name);
            continue;
        }
        if !is_name(name) {
            return Err(m.raise_about(name, "bad variable name"));
        }
        m.state.vars.unset(name).map_err(|refusal| m.read_only(refusal))?;
        match name.as_slice() {
            b"OPTIND" => m.state.getopts = Default::default(),
            b"FUNCNAME" => m.state.is_funcname_unset = true,
            _ => {}
        }
    }
    status(0)
}
