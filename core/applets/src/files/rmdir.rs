use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::Errno;

use crate::frame::getopt::Options;
use crate::frame::path;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-p] DIRECTORY...

Remove empty directories

	-p	And their parents
	--ignore-fail-on-non-empty";

const OPTIONS: Options = Options::new(USAGE, "pv\u{100}")
    .long(&[("parents", 'p'), ("verbose", 'v'), ("ignore-fail-on-non-empty", '\u{100}')])
    .at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let ignores = |errno| opts.has('\u{100}') && matches!(errno, Errno::ENOTEMPTY | Errno::EEXIST);
    let mut status = 0;
    for operand in &opts.operands {
        let mut path: BString = operand.clone();
        loop {
            if opts.has('v') {
                say::error(p, bytes!("removing directory, '{}'", path)).await;
            }
            match p.rmdir(&path) {
                Ok(()) => {}
                Err(errno) if ignores(errno) => break,
                Err(errno) => {
                    say::errno(p, bytes!("'{}'", path), errno).await;
                    status = 1;
                    break;
                }
            }
            let parent: &BStr = path::parent(path.as_bstr());
            if !opts.has('p') || parent == "." || parent == "/" {
                break;
            }
            path = parent.to_owned();
        }
    }
    Ok(Exit(status))
}
