use core::time::Duration;

use bstr::ByteSlice;
use kernel::{Exit, Process};

use crate::frame::number;
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "N

Wait for N microseconds";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let Some(word) = p.args().get(1).cloned() else { return Err(usage::misuse(p, USAGE, 1).await) };
    match number::unsigned(word.as_bstr(), 0, u64::from(u32::MAX), &[]) {
        Ok(micros) => {
            // A caught signal ends the wait early; that is no error.
            let _ = p.sleep(Duration::from_micros(micros)).await;
            Ok(Exit(0))
        }
        Err(message) => Err(say::die(p, message).await),
    }
}
