use bstr::BString;
use kernel::Process;

use crate::frame::table::Ended;
use crate::frame::{command, say};

pub(crate) const USAGE: &str = "[PROG ARGS]

Run PROG (a shell) as on a 32-bit machine";

/// There is one personality: a program that would see another machine must not run.
pub(crate) async fn main(p: &mut Process) -> Ended {
    let argv = p.args()[1..].to_vec();
    let argv = if argv.is_empty() { vec![BString::from("/bin/sh")] } else { argv };
    if p.find_in_path(&argv[0]).is_err() {
        return Ok(command::exec(p, &argv).await);
    }
    Err(say::die(p, "32-bit personalities are not simulated").await)
}
