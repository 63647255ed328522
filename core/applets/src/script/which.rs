use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::FileType;

use crate::frame::getopt::Options;
use crate::frame::path;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-a] COMMAND...

Print where COMMAND is found in PATH

	-a	Print all places";

const OPTIONS: Options = Options::new(USAGE, "a").at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut status = 0;
    for name in &opts.operands {
        let places = places(p, name.as_bstr());
        if places.is_empty() {
            status = 1;
        }
        let shown = if opts.has('a') { places.len() } else { 1 };
        for place in places.into_iter().take(shown) {
            say::print(p, bytes!("{}\n", place)).await?;
        }
    }
    Ok(Exit(status))
}

/// Every executable regular file of that name, in the order of PATH.
fn places(p: &mut Process, name: &BStr) -> Vec<BString> {
    let mut candidates = vec![name.to_owned()];
    if !name.contains(&b'/') {
        let search = p.env().get("PATH").unwrap_or("/sbin:/usr/sbin:/bin:/usr/bin".into());
        let directories =
            search.split_str(":").map(|directory| if directory.is_empty() { b"." } else { directory });
        candidates = directories.map(|directory| path::join(directory.as_bstr(), name)).collect();
    }
    candidates.retain(|path| {
        p.access(path, false, false, true).is_ok()
            && p.stat(path).is_ok_and(|stat| stat.file_type == FileType::Regular)
    });
    candidates
}
