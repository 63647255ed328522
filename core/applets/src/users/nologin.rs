use core::time::Duration;

use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "

Say politely that nobody can log in here";

pub(crate) async fn main(p: &mut Process) -> Ended {
    say::print(p, "This account is not available\n").await?;
    say::flush(p).await?;
    // busybox gives the reader some time.
    let _ = p.sleep(Duration::from_secs(5)).await;
    Ok(Exit(1))
}
