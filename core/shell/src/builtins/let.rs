//! `let`.

use bstr::BString;
use kernel::Process;

use super::{Done, status};
use crate::exec::Machine;

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    if args.len() == 1 {
        return Err(m.raise("expression expected"));
    }
    let mut value = 0;
    for expression in &args[1..] {
        value = m.evaluate(p, expression)?;
    }
    status(u8::from(value == 0))
}
