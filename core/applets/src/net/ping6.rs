use bstr::ByteSlice;
use kernel::Process;

use super::ping;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) use super::ping::USAGE;

/// There is one address of version 6: one's own.
pub(crate) async fn main(p: &mut Process) -> Ended {
    let own = |word: &&bstr::BString| matches!(word.as_slice(), b"::1" | b"localhost");
    let has_host = p.args().iter().skip(1).any(|word| word.find_byteset(b".:").is_some());
    if has_host && !p.args().iter().any(|word| own(&word)) {
        return Err(say::die(p, "sendto: Network unreachable").await);
    }
    ping::main(p).await
}
