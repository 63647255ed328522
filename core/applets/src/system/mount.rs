use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};
use vfs::Capability;

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{say, stream};

pub(crate) const USAGE: &str = "[OPTIONS] [-o OPT] DEVICE NODE

Mount a file system, or list what is mounted

	-a	All of /etc/fstab
	-r	Read-only
	-t FSTYPE	Its type
	-o OPT	Options
	--bind	A directory at another place
	--rbind	With all that is mounted in it";

const BIND: char = '\u{80}';
const RBIND: char = '\u{81}';

const OPTIONS: Options =
    Options::new(USAGE, "o:t:rwanfvsiO:T:").operands(0, 2).long(&[("bind", BIND), ("rbind", RBIND)]);

/// What a container may not do.
const REFUSED: &str = "permission denied (are you root?)";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    match &opts.operands[..] {
        [] if opts.has('a') => all(p).await,
        [] => list(p, opts.value('t')).await,
        _ if p.cred().uid != 0 => Err(say::die(p, REFUSED).await),
        [name] => Err(say::die(p, bytes!("can't find {} in /etc/fstab", name)).await),
        [source, target, ..] => {
            let (source, target) = (source.clone(), target.clone());
            attempt(p, source.as_bstr(), target.as_bstr()).await
        }
    }
}

/// `DEVICE on NODE type TYPE (OPTIONS)`
async fn list(p: &mut Process, only: Option<&BStr>) -> Ended {
    let text = match stream::read_operand(p, "/proc/mounts".into()).await {
        Ok(text) => text,
        Err(errno) => return Err(say::die_errno(p, "/proc/mounts", errno).await),
    };
    for line in text.lines() {
        let fields: Vec<&[u8]> = line.split_str(" ").collect();
        let [source, target, kind, options, ..] = fields[..] else { continue };
        if only.is_none_or(|only| only.as_bytes() == kind) {
            say::print(p, bytes!("{} on {} type {} ({})\n", source, target, kind, options)).await?;
        }
    }
    Ok(Exit(0))
}

/// A container lacks the capability to mount, but Linux looks at the directory first.
async fn attempt(p: &mut Process, source: &BStr, target: &BStr) -> Ended {
    let missing = p.stat(target).err();
    match missing {
        Some(errno) => {
            say::errno(p, bytes!("mounting {} on {} failed", source, target), errno).await;
            Err(Exit(255))
        }
        None if p.cred().can(Capability::SYS_ADMIN) => Err(say::die(p, "mounting is not simulated").await),
        None => Err(say::die(p, REFUSED).await),
    }
}

/// Every line of /etc/fstab that asks to be mounted at the start.
async fn all(p: &mut Process) -> Ended {
    let text = match stream::read_operand(p, "/etc/fstab".into()).await {
        Ok(text) => text,
        Err(errno) => return Err(say::die_errno(p, "/etc/fstab", errno).await),
    };
    let mut status = 0;
    for line in text.lines() {
        let fields: Vec<&[u8]> = line.fields_with(|c| c.is_ascii_whitespace()).collect();
        let [source, target, _, options, ..] = fields[..] else { continue };
        if !source.starts_with(b"#") && !options.contains_str("noauto") {
            let (source, target) = (source.as_bstr().to_owned(), target.as_bstr().to_owned());
            // The message is all that is told.
            let _ = attempt(p, source.as_bstr(), target.as_bstr()).await;
            status = 1;
        }
    }
    Ok(Exit(status))
}
