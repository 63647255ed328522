use kernel::Process;

use super::{pgrep, signal};
use crate::frame::getopt::Options;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-l|-SIGNAL] [-xfvnoe] [-s SID|-P PPID|PATTERN]

Send a signal (TERM) to processes whose name matches PATTERN

	-l	List the signals
	-x	The whole name must match
	-f	Match the arguments
	-s SID	Those of a session
	-P PPID	The children of a process
	-v	Those that do not match
	-n	The newest alone
	-o	The oldest alone
	-e	Print what is signalled";

const OPTIONS: Options = Options::new(USAGE, "vlfxones:P:").operands(0, 1).short_only();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let args = p.args().to_vec();
    if args.get(1).is_some_and(|word| word == "-l") {
        return signal::list(p, &args[2..]).await;
    }
    let (words, signal) = pgrep::split_signal(p, &args).await?;
    let opts = OPTIONS.parse_words(p, &words).await?;
    let found = pgrep::matching(p, &opts, USAGE).await?;
    pgrep::kill(p, &found, signal, opts.has('e')).await
}
