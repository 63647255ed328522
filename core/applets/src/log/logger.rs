use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use super::priority;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::{Lines, STDIN};
use crate::frame::table::Ended;
use crate::users::database::Database;

pub(crate) const USAGE: &str = "[-s] [-t TAG] [-p PRIO] [MESSAGE]

Send MESSAGE, or lines of standard input, to the system's log

	-s	To standard error too
	-t TAG	What it begins with (the user's name)
	-p PRIO	Facility and level";

const OPTIONS: Options = Options::new(USAGE, "p:st:").short_only();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let priority = match opts.value('p').map(priority::parse) {
        None => priority::USUAL,
        Some(Ok(priority)) => priority,
        Some(Err((kind, name))) => return Err(say::die(p, bytes!("unknown {} name: {}", kind, name)).await),
    };
    let tag = match opts.value('t') {
        Some(tag) => tag.to_owned(),
        None => {
            let uid = p.cred().uid;
            let database = Database::read(p).await;
            database.user_of(uid).map_or_else(|| "somebody".into(), |user| user.name.clone())
        }
    };
    if !opts.operands.is_empty() {
        let message = BString::from(bstr::join(" ", &opts.operands));
        tell(p, opts.has('s'), priority, &tag, message.as_bstr()).await;
        return Ok(Exit(0));
    }
    let mut lines = Lines::new(STDIN);
    while let Ok(Some(line)) = lines.next(p).await {
        tell(p, opts.has('s'), priority, &tag, line.trim_end_with(|c| c == '\n').as_bstr()).await;
    }
    Ok(Exit(0))
}

async fn tell(p: &mut Process, shown: bool, priority: u8, tag: &BString, message: &BStr) {
    if shown {
        p.eprint(bytes!("{}: {}\n", tag, message)).await;
    }
    priority::send(p, priority, tag.as_bstr(), message).await;
}
