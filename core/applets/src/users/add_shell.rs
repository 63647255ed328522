use kernel::{Exit, Process};

use super::shells;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "SHELL...

Add SHELLs to /etc/shells";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let shells = p.args()[1..].to_vec();
    let mut lines = shells::read(p).await;
    for shell in &shells {
        if !lines.contains(shell) {
            lines.push(shell.clone());
        }
    }
    shells::write(p, &lines).await?;
    Ok(Exit(0))
}
