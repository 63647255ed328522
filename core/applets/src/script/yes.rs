use kernel::Process;

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[STRING]

Print STRING, or y, line after line";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    let line =
        if words.is_empty() { "y\n".into() } else { [bstr::join(" ", &words), b"\n".to_vec()].concat() };
    loop {
        say::print(p, &line).await?;
        p.tick(1).await;
    }
}
