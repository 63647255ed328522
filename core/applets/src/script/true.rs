use kernel::{Exit, Process};

use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "";

pub(crate) async fn main(_: &mut Process) -> Ended {
    Ok(Exit(0))
}
