use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use super::hosts;
use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{say, stream};

pub(crate) const USAGE: &str = "[-sidf] [HOSTNAME | -F FILE]

Print or set the host name

	-s	Up to the first dot
	-i	The addresses
	-d	The domain, after the first dot
	-f	The whole name, as /etc/hosts has it
	-F FILE	Set it to the text of FILE";

const OPTIONS: Options = Options::new(USAGE, "dfisF:v");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if let Some(file) = opts.value('F') {
        let text = match stream::read_operand(p, file).await {
            Ok(text) => text,
            Err(errno) => return Err(say::die_errno(p, bytes!("{}", file), errno).await),
        };
        let name = text.lines().find(|line| !line.trim_ascii().is_empty() && !line.starts_with(b"#"));
        return set(p, name.unwrap_or_default().trim_ascii().as_bstr()).await;
    }
    if let Some(name) = opts.operands.first() {
        return set(p, name.as_bstr()).await;
    }
    let name = p.hostname();
    let shown = match opts.last_of(&['d', 'f', 'i', 's']) {
        None => name,
        Some('s') => name.split_str(".").next().unwrap_or_default().into(),
        Some(letter) => looked_up(p, name.as_bstr(), letter).await?,
    };
    if !shown.is_empty() {
        say::print(p, bytes!("{}\n", shown)).await?;
    }
    Ok(Exit(0))
}

async fn set(p: &mut Process, name: &BStr) -> Ended {
    match p.sethostname(name) {
        Ok(()) => Ok(Exit(0)),
        Err(errno) => Err(say::die_errno(p, "sethostname", errno).await),
    }
}

/// What /etc/hosts says of the name.
pub(super) async fn looked_up(p: &mut Process, name: &BStr, letter: char) -> Result<BString, Exit> {
    let found = hosts::find(p, name).await;
    let Some(first) = found.first() else {
        return Err(say::die(p, bytes!("{}: Try again", name)).await);
    };
    let canonical = &first.names[0];
    Ok(match letter {
        // busybox asks in the old way, which knows no IPv6.
        'i' => {
            let old = found.iter().map(|host| &host.address).filter(|address| !address.contains(&b':'));
            bstr::join(" ", old).into()
        }
        'd' => canonical.split_once_str(".").map_or_else(BString::default, |(_, domain)| domain.into()),
        _ => canonical.clone(),
    })
}
