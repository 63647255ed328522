use bstr::BString;
use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::stream::STDIN;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "

Print the name of standard input's terminal";

pub(crate) async fn main(p: &mut Process) -> Ended {
    if p.args().len() > 1 {
        say::error(p, "ignoring all arguments").await;
    }
    let terminal = p.isatty(STDIN);
    let name = if terminal { p.readlink("/proc/self/fd/0").ok() } else { None };
    let name = name.unwrap_or_else(|| BString::from("not a tty"));
    say::print(p, bytes!("{}\n", name)).await?;
    Ok(Exit(u8::from(!terminal)))
}
