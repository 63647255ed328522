use bstr::{BString, ByteSlice};
use kernel::{Exit, PidTarget, Process};

use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "[-n] PRIORITY [[-p|g|u] ID...]...

Change the priority of processes

	-n	PRIORITY is added
	-p	IDs are processes (default)
	-g	They are groups
	-u	They are users";

/// Priorities mean nothing here; whether the processes exist is told.
pub(crate) async fn main(p: &mut Process) -> Ended {
    let args = p.args()[1..].to_vec();
    let words = args.strip_prefix(&[BString::from("-n")]).unwrap_or(&args);
    let Some((priority, ids)) = words.split_first().filter(|(_, ids)| !ids.is_empty()) else {
        return Err(usage::misuse(p, USAGE, 1).await);
    };
    if let Err(message) = number::signed(priority.as_bstr(), i64::MIN, i64::MAX, &[]) {
        return Err(say::die(p, message).await);
    }
    let mut status = 0;
    for id in ids.iter().filter(|id| !matches!(id.as_slice(), b"-p" | b"-g" | b"-u")) {
        let found = match number::signed(id.as_bstr(), 0, i64::MAX, &[]) {
            Ok(pid) => p.kill(PidTarget::from_number(pid), None),
            Err(message) => return Err(say::die(p, message).await),
        };
        if let Err(errno) = found {
            say::errno(p, "setpriority", errno).await;
            status = 1;
        }
    }
    Ok(Exit(status))
}
