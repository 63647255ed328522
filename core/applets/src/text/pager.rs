//! less and more, where nobody looks at a screen: they copy.

use bstr::ByteSlice;
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::{self, CopyError, STDOUT};
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[FILE]...

Show FILEs (or stdin); where the output is no terminal, copy them";

/// less has options, of which none matters to a copy.
pub(crate) mod less {
    pub(crate) use super::main;
    pub(crate) const USAGE: &str = "[-EFIMmNSRh~] [FILE]...

Show FILEs (or stdin); where the output is no terminal, copy them

	-E, -F, -I, -M, -m, -N, -S, -R, -~	Ways of showing";
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let is_less = say::name(p) == "less";
    let options = if is_less { Options::new(less::USAGE, "EFIMmNSRh~") } else { Options::new(USAGE, "") };
    let opts = options.parse(p).await?;
    if p.isatty(STDOUT) {
        return Err(say::die(p, "paging on a terminal is not simulated").await);
    }
    let mut status = 0;
    for file in stream::or_stdin(opts.operands) {
        let Some(fd) = stream::open_or_warn(p, file.as_bstr()).await else {
            status = 1;
            continue;
        };
        let copied = stream::copy(p, fd, STDOUT, u64::MAX).await;
        stream::close(p, fd);
        match copied {
            Ok(_) => {}
            Err(CopyError::Read(errno)) => {
                say::errno(p, &file, errno).await;
                status = 1;
            }
            Err(CopyError::Write(errno)) => return Err(say::die_errno(p, "write error", errno).await),
        }
    }
    Ok(Exit(status))
}
