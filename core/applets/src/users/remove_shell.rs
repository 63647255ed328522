use kernel::{Exit, Process};

use super::shells;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "SHELL...

Remove SHELLs from /etc/shells";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let shells = p.args()[1..].to_vec();
    let mut lines = shells::read(p).await;
    lines.retain(|line| !shells.contains(line));
    shells::write(p, &lines).await?;
    Ok(Exit(0))
}
