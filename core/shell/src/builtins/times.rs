//! `times`.

use bstr::BString;
use kernel::Process;

use super::{Done, status};
use crate::exec::Machine;

pub(super) fn run(m: &mut Machine, p: &mut Process, _: &[BString]) -> Done {
    let worked = p.cpu_time();
    let (minutes, seconds, millis) = (worked.as_secs() / 60, worked.as_secs() % 60, worked.subsec_millis());
    // The simulation books all work as user time of the shell's own process.
    let text = format!("{minutes}m{seconds}.{millis:03}s 0m0.000s\n0m0.000s 0m0.000s\n");
    m.out.extend_from_slice(text.as_bytes());
    status(0)
}
