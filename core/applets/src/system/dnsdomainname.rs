use bstr::ByteSlice;
use kernel::{Exit, Process};

use super::hostname;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "

Print the domain, after the first dot of the host name";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let name = p.hostname();
    let domain = hostname::looked_up(p, name.as_bstr(), 'd').await?;
    if !domain.is_empty() {
        say::print(p, bytes!("{}\n", domain)).await?;
    }
    Ok(Exit(0))
}
