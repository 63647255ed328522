//! tac.

use bstr::ByteSlice;
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{say, stream};

pub(crate) const USAGE: &str = "[FILE]...

Print the lines of FILEs (or stdin), the last one first";

const OPTIONS: Options = Options::new(USAGE, "");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut status = 0;
    for file in stream::or_stdin(opts.operands) {
        let bytes = match stream::open(p, file.as_bstr()).await {
            Ok(fd) => {
                // stdio's readers take an error for the end of the file.
                let bytes = stream::read_all(p, fd).await.unwrap_or_default();
                stream::close(p, fd);
                bytes
            }
            Err(errno) => {
                say::errno(p, &file, errno).await;
                status = 1;
                continue;
            }
        };
        let held = bytes.len() as u64;
        p.hold_memory(0, held);
        let mut end = bytes.len();
        while end > 0 {
            let mut out = Vec::with_capacity(stream::CHUNK);
            while end > 0 && out.len() < stream::CHUNK {
                let start = bytes[..end - 1].rfind_byte(b'\n').map_or(0, |at| at + 1);
                out.extend_from_slice(&bytes[start..end]);
                end = start;
            }
            p.tick(1 + u32::try_from(out.len() / 64).unwrap_or(u32::MAX)).await;
            say::print(p, out).await?;
        }
        p.hold_memory(held, 0);
    }
    Ok(Exit(status))
}
