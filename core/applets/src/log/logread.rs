use core::time::Duration;

use kernel::{Exit, Process};
use vfs::Errno;

use super::priority::BUFFER;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-fF]

Show the log that syslogd -C keeps in memory

	-f	Only what comes, as it comes
	-F	What is there, and then what comes";

const OPTIONS: Options = Options::new(USAGE, "fF").short_only();

/// How often it looks whether there is more.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let follows = opts.has('f') || opts.has('F');
    let mut seen: Option<u64> = None;
    loop {
        let Some((total, log)) = p.shared_memory(BUFFER) else {
            return Err(say::die_errno(p, "can't find syslogd buffer", Errno::ENOENT).await);
        };
        let known = seen.unwrap_or(if opts.has('f') { total } else { total - log.len() as u64 });
        let fresh = usize::try_from(total - known).unwrap_or(usize::MAX).min(log.len());
        say::print(p, &log[log.len() - fresh..]).await?;
        seen = Some(total);
        if !follows {
            return Ok(Exit(0));
        }
        say::flush(p).await?;
        if p.sleep(PAUSE).await.is_err() {
            return Ok(Exit(0));
        }
    }
}
