//! `echo`.

use bstr::BString;
use kernel::Process;

use super::{Done, status};
use crate::exec::Machine;

pub(super) fn run(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    m.out.extend_from_slice(&applets::echo::format(&args[1..]));
    status(0)
}
