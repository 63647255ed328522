use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use super::table;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-s] [-o PID] [NAME]...

Print the numbers of the processes of these names

	-s	One alone
	-o PID	But not this one; %PPID is the caller";

const OPTIONS: Options = Options::new(USAGE, "so:").short_only();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let parent = p.ppid().0.to_string();
    let omitted: Vec<BString> = opts
        .values('o')
        .map(|pid| if pid == "%PPID" { parent.as_str().into() } else { pid.to_owned() })
        .collect();
    let all = table::read(p).await;
    let mut found: Vec<String> = Vec::new();
    for name in &opts.operands {
        // The newest first.
        let called = all.iter().rev().filter(|entry| entry.is_called(name.as_bstr()));
        found.extend(called.map(|entry| entry.pid.to_string()));
    }
    found.retain(|pid| !omitted.iter().any(|omitted| omitted == pid.as_str()));
    if opts.has('s') {
        found.truncate(1);
    }
    if !found.is_empty() {
        say::print(p, format!("{}\n", found.join(" "))).await?;
    }
    Ok(Exit(u8::from(found.is_empty())))
}
