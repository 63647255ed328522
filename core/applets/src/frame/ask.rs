//! Questions to the user: `rm -i`, `cp -i`, `mv -i`.

use kernel::Process;

use super::say;
use super::stream::{Lines, STDIN};

/// Asks on standard error and reads a line of standard input: an answer that begins with y or Y is yes.
pub async fn yes(p: &mut Process, question: impl AsRef<[u8]>) -> bool {
    // A failure to write output shows when the applet ends.
    let _ = say::flush(p).await;
    p.eprint(question).await;
    let answer = Lines::new(STDIN).next(p).await;
    matches!(answer, Ok(Some(line)) if matches!(line.first(), Some(b'y' | b'Y')))
}
