use bstr::BString;
use kernel::Process;

use crate::frame::command;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[PROG ARGS]

Run PROG (a shell) as on a 64-bit machine, which this is";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let argv = p.args()[1..].to_vec();
    let argv = if argv.is_empty() { vec![BString::from("/bin/sh")] } else { argv };
    Ok(command::exec(p, &argv).await)
}
