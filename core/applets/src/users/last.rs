use kernel::{Exit, OpenFlags, Process};
use vfs::Mode;

use crate::frame::table::Ended;
use crate::frame::{say, usage};

pub(crate) const USAGE: &str = "

Show who was logged in";

/// Where logins are recorded; nothing here does.
const RECORDS: &str = "/var/log/wtmp";

pub(crate) async fn main(p: &mut Process) -> Ended {
    if p.args().len() > 1 {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    match p.open(RECORDS, OpenFlags::RDONLY, Mode::default()).await {
        Ok(fd) => {
            // It was only opened to be read.
            let _ = p.close(fd);
            Ok(Exit(0))
        }
        Err(errno) => Err(say::die_errno(p, bytes!("can't open '{}'", RECORDS), errno).await),
    }
}
