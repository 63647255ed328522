use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[STRING]

Print STRING, or y, line after line";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    let line =
        if words.is_empty() { "y\n".into() } else { [bstr::join(" ", &words), b"\n".to_vec()].concat() };
    loop {
        if let Err(errno) = p.print(&line).await {
            p.discard_output();
            say::error(p, errno.to_string()).await;
            return Ok(Exit(1));
        }
        p.tick(1).await;
    }
}
