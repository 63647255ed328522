use bstr::ByteSlice;
use kernel::{Exit, Process};

use super::canonical::canonical;
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "FILE...

Print FILEs as absolute paths without links";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let files = p.args()[1..].to_vec();
    if files.is_empty() {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let mut status = 0;
    for file in files {
        match canonical(p, file.as_bstr()) {
            Ok(path) => say::print(p, bytes!("{}\n", path)).await?,
            Err(errno) => {
                say::errno(p, &file, errno).await;
                status = 1;
            }
        }
    }
    Ok(Exit(status))
}
