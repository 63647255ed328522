use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "

Print the host's number: musl has none";

pub(crate) async fn main(p: &mut Process) -> Ended {
    say::print(p, "00000000\n").await?;
    Ok(Exit(0))
}
