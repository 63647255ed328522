use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "

Print the machine's architecture";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let machine = p.uname().machine;
    say::print(p, format!("{machine}\n")).await?;
    Ok(Exit(0))
}
