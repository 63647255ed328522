use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use super::elf;
use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{path, stream};

/// The script knows no `--help`.
pub(crate) const USAGE: &str = "";

/// Options that are taken and mean nothing to Alpine's script either.
const OPTIONS: Options = Options::new(USAGE, "nNvXf:C:r:").short_only();

/// Where the loader looks by itself.
const SEARCHED: [&str; 3] = ["/lib/", "/usr/lib/", "/usr/local/lib/"];

/// Links the libraries of other directories by their sonames; without directories it does nothing.
pub(crate) async fn main(p: &mut Process) -> Ended {
    // The script goes on after options that it does not know.
    let Ok(opts) = OPTIONS.read(p.args()) else { return Ok(Exit(0)) };
    let known = elf::packages(p).await;
    for directory in &opts.operands {
        for entry in p.read_dir(directory).unwrap_or_default() {
            let file = path::join(directory.as_bstr(), entry.name.as_bstr());
            link(p, file.as_bstr(), &known).await;
        }
    }
    Ok(Exit(i32::from(opts.operands.is_empty()) as u8))
}

async fn link(p: &mut Process, file: &BStr, known: &elf::Packages) {
    if SEARCHED.iter().any(|place| file.starts_with(place.as_bytes())) {
        return;
    }
    let content = stream::read_operand(p, file).await.unwrap_or_default();
    let Some(object) = elf::of(&content, p, &file.to_owned(), known) else { return };
    if object.soname.is_empty() {
        return;
    }
    let link = path::join(path::parent(file), object.soname.as_bstr());
    let is_link = p.readlink(&link).is_ok();
    if is_link || p.stat(&link).is_err() {
        // There may be none.
        let _ = p.unlink(&link);
        let _ = p.symlink(BString::from(path::last_part(file)), &link);
    }
}
