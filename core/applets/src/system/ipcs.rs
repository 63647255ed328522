use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[[-smq] -i SHMID] | [[-asmq] [-tcplu]]

Show queues, shared memory and semaphores

	-i ID	This one alone
	-m	Shared memory
	-q	Queues
	-s	Semaphores
	-a	All (what it does anyway)
	-t	Times
	-c	Who made them
	-p	Who uses them
	-l	Limits
	-u	A summary";

const OPTIONS: Options = Options::new(USAGE, "i:aqsmtcplu").short_only();

/// Headings of the lists, which are empty: programs here have none of their own.
const KINDS: [(char, &str); 3] = [
    (
        'q',
        "------ Message Queues --------\n\
         key        msqid      owner      perms      used-bytes   messages    \n",
    ),
    (
        'm',
        "------ Shared Memory Segments --------\n\
         key        shmid      owner      perms      bytes      nattch     status      \n",
    ),
    (
        's',
        "------ Semaphore Arrays --------\n\
         key        semid      owner      perms      nsems     \n",
    ),
];

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if let Some(letter) = ['i', 't', 'c', 'p', 'l', 'u'].into_iter().find(|letter| opts.has(*letter)) {
        return Err(say::die(p, format!("-{letter}: what there is of System V's is not simulated")).await);
    }
    let some = ['q', 'm', 's'].iter().any(|letter| opts.has(*letter)) && !opts.has('a');
    let wanted = KINDS.iter().filter(|(letter, _)| !some || opts.has(*letter));
    say::print(p, "\n").await?;
    for (_, heading) in wanted {
        say::print(p, format!("{heading}\n")).await?;
    }
    Ok(Exit(0))
}
