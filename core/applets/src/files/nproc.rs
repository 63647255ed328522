use bstr::ByteSlice;
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say, stream};

pub(crate) const USAGE: &str = "[--all] [--ignore=N]

Print how many processors there are

	--all		Those that are not available too
	--ignore=N	N less, but 1 at least";

const ALL: char = '\u{100}';
const IGNORE: char = '\u{101}';

const OPTIONS: Options = Options::new(USAGE, "\u{100}\u{101}:").long(&[("all", ALL), ("ignore", IGNORE)]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut ignored = 0;
    if let Some(text) = opts.value(IGNORE) {
        match number::unsigned(text, 0, i32::MAX as u64, &[]) {
            Ok(number) => ignored = usize::try_from(number).unwrap_or(usize::MAX),
            Err(message) => return Err(say::die(p, message).await),
        }
    }
    let text = stream::read_operand(p, "/proc/cpuinfo".into()).await.unwrap_or_default();
    let processors = text.lines().filter(|line| line.starts_with(b"processor")).count();
    say::print(p, format!("{}\n", processors.saturating_sub(ignored).max(1))).await?;
    Ok(Exit(0))
}
