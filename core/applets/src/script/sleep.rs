use core::time::Duration;

use kernel::{Exit, Process};

use crate::frame::duration::duration;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[N]...

Wait as long as all Ns together say: seconds, or with a suffix s, m (minutes), h (hours), d (days)";

const OPTIONS: Options = Options::new(USAGE, "").at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    if words.is_empty() {
        OPTIONS.parse(p).await?;
    }
    if words.first().is_some_and(|word| begins_infinity(word)) {
        p.pause().await;
        return Ok(Exit(0));
    }
    let mut total = Duration::ZERO;
    for word in &words {
        match duration(word.as_ref()) {
            Ok(part) => total = total.saturating_add(part),
            Err(message) => return Err(say::die(p, message).await),
        }
    }
    // A caught signal ends the wait early; that is no error.
    let _ = p.sleep(total).await;
    Ok(Exit(0))
}

/// Whether a word begins as infinity does; what follows in it does not count.
fn begins_infinity(word: &[u8]) -> bool {
    word.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"inf"))
}
