use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "

Print the full name of the current directory";

pub(crate) async fn main(p: &mut Process) -> Ended {
    match p.getcwd() {
        Ok(path) => {
            say::print(p, bytes!("{}\n", path)).await?;
            Ok(Exit(0))
        }
        Err(errno) => Err(say::die_errno(p, "getcwd", errno).await),
    }
}
