use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::{Lines, STDIN};
use crate::frame::table::Ended;
use crate::users::database::Database;

pub(crate) const USAGE: &str = "[-s] [-t TAG] [-p PRIO] [MESSAGE]

Send MESSAGE, or lines of standard input, to the system's log: without syslogd nobody keeps them

	-s	To standard error too
	-t TAG	What it begins with (the user's name)
	-p PRIO	Facility and level";

const OPTIONS: Options = Options::new(USAGE, "p:st:").short_only();

const FACILITIES: [&str; 21] = [
    "auth", "authpriv", "cron", "daemon", "ftp", "kern", "lpr", "mail", "news", "syslog", "user", "uucp",
    "security", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];
const LEVELS: [&str; 11] =
    ["alert", "crit", "debug", "emerg", "err", "error", "info", "notice", "panic", "warn", "warning"];

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if let Some(unknown) = opts.value('p').and_then(unknown) {
        return Err(say::die(p, bytes!("unknown {} name: {}", unknown.0, unknown.1)).await);
    }
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
        echo(p, opts.has('s'), &tag, message.as_bstr()).await;
        return Ok(Exit(0));
    }
    let mut lines = Lines::new(STDIN);
    while let Ok(Some(line)) = lines.next(p).await {
        echo(p, opts.has('s'), &tag, line.trim_end_with(|c| c == '\n').as_bstr()).await;
    }
    Ok(Exit(0))
}

async fn echo(p: &mut Process, wanted: bool, tag: &BString, message: &BStr) {
    if wanted {
        p.eprint(bytes!("{}: {}\n", tag, message)).await;
    }
}

/// The part of `FACILITY.LEVEL`, or of a level alone, that is no name.
fn unknown(text: &BStr) -> Option<(&'static str, &BStr)> {
    let known = |names: &[&str], name: &[u8]| names.iter().any(|known| known.as_bytes() == name);
    let (facility, level) = match text.split_once_str(".") {
        Some((facility, level)) => (Some(facility), level),
        None => (None, text.as_bytes()),
    };
    match facility.filter(|name| !known(&FACILITIES, name)) {
        Some(facility) => Some(("facility", facility.as_bstr())),
        None => (!known(&LEVELS, level)).then(|| ("priority", level.as_bstr())),
    }
}
