use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[VARIABLE]...

Print the values of the VARIABLEs, or the whole environment";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let names = p.args()[1..].to_vec();
    if names.is_empty() {
        let lines: Vec<_> = p.env().iter().map(|(name, value)| bytes!("{}={}\n", name, value)).collect();
        say::print(p, lines.concat()).await?;
        return Ok(Exit(0));
    }
    let mut status = 0;
    for name in names {
        match p.env().get(&name).map(|value| bytes!("{}\n", value)) {
            Some(line) => say::print(p, &line).await?,
            None => status = 1,
        }
    }
    Ok(Exit(status))
}
