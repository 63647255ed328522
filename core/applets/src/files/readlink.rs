use bstr::ByteSlice;
use kernel::{Exit, Process};

use super::canonical::canonical;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-fnv] FILE

Print where a symbolic link points to

	-f	The full path, with all links followed
	-n	Without the newline
	-v	Tell about errors";

const OPTIONS: Options = Options::new(USAGE, "nvsqf").operands(1, 1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let file = opts.operands[0].as_bstr();
    let text = if opts.has('f') {
        canonical(p, file)
    } else {
        let text = p.readlink(file);
        if text.is_err() && opts.has('v') {
            say::error(p, bytes!("{}: cannot read link: not a symlink", file)).await;
        }
        text
    };
    let Ok(text) = text else { return Err(Exit(1)) };
    let end = if opts.has('n') { "" } else { "\n" };
    say::print(p, bytes!("{}{}", text, end)).await?;
    Ok(Exit(0))
}
