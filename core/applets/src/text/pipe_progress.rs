use core::time::Duration;

use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::stream::{STDIN, STDOUT};
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "

Copy standard input, with a dot on standard error each second";

/// How much is copied at a time.
const CHUNK: usize = 64 << 10;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let mut told = p.now();
    loop {
        let bytes = match p.read(STDIN, CHUNK).await {
            Ok(bytes) if bytes.is_empty() => break,
            Ok(bytes) => bytes,
            Err(_) => break,
        };
        if p.now().since(told) >= Duration::from_secs(1) {
            told = p.now();
            p.eprint(".").await;
        }
        if let Err(errno) = p.write_all(STDOUT, &bytes).await {
            return Err(say::die_errno(p, "write error", errno).await);
        }
    }
    p.eprint("\n").await;
    Ok(Exit(0))
}
