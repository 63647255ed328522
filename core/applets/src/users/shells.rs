//! /etc/shells: the login shells that count as such.

use bstr::{BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::Mode;

use crate::frame::{say, stream};

const SHELLS: &str = "/etc/shells";

/// Its lines; none when it is not there.
pub(super) async fn read(p: &mut Process) -> Vec<BString> {
    let text = stream::read_operand(p, SHELLS.into()).await.unwrap_or_default();
    text.lines().map(BString::from).collect()
}

/// Replaces it.
pub(super) async fn write(p: &mut Process, lines: &[BString]) -> Result<(), Exit> {
    let fresh = "/etc/shells.tmp";
    let text: Vec<BString> = lines.iter().map(|line| bytes!("{}\n", line)).collect();
    let written = match p.open(fresh, OpenFlags::OUTPUT, Mode::new(0o644)).await {
        Ok(fd) => {
            let written = p.write_all(fd, &text.concat()).await;
            stream::close(p, fd);
            written
        }
        Err(errno) => Err(errno),
    };
    match written.and_then(|()| p.rename(fresh, SHELLS)) {
        Ok(()) => Ok(()),
        Err(errno) => Err(say::die_errno(p, bytes!("can't create '{}'", fresh), errno).await),
    }
}
