use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::Follow;

use crate::frame::getopt::{Matches, Options};
use crate::frame::human::human;
use crate::frame::number::{self, SIZES};
use crate::frame::table::Ended;
use crate::frame::{say, stream};

pub(crate) const USAGE: &str = "[-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...

Print how full file systems are

	-P	As POSIX has it
	-k	In blocks of 1024 bytes (default)
	-m	In blocks of 1 MiB
	-h	Sizes as 1K 243M 2G
	-T	Their types too
	-t TYPE	Those of this type only
	-a	Those without blocks too
	-i	Inodes
	-B SIZE	In blocks of SIZE bytes";

const OPTIONS: Options = Options::new(USAGE, "kPTait:B:hHm");

const MOUNTS: &str = "/proc/mounts";
/// What statfs counts in.
const BLOCK: u64 = 4096;

/// A line of the list of mounts.
struct Mount {
    source: BString,
    target: BString,
    kind: BString,
}

/// The unit of sizes; `None`: for people.
type Unit = Option<u64>;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut unit = Some(1024);
    for (key, value) in opts.given() {
        match (key, value) {
            ('k', _) => unit = Some(1024),
            ('m', _) => unit = Some(1024 * 1024),
            ('B', Some(text)) => match number::unsigned(text, 1, u64::MAX, SIZES) {
                Ok(size) => unit = Some(size),
                Err(message) => return Err(say::die(p, message).await),
            },
            _ => {}
        }
    }
    if opts.has('h') || opts.has('H') {
        unit = None;
    }
    say::print(p, header(&opts, unit)).await?;
    let mut status = 0;
    if opts.operands.is_empty() {
        for mount in mounts(p).await? {
            show(p, &opts, unit, &mount, opts.has('a')).await?;
        }
        return Ok(Exit(0));
    }
    for operand in &opts.operands {
        match mount_of(p, operand.as_bstr()) {
            Some(mount) => show(p, &opts, unit, &mount, true).await?,
            None => {
                say::error(p, bytes!("{}: can't find mount point", operand)).await;
                status = 1;
            }
        }
    }
    Ok(Exit(status))
}

fn header(opts: &Matches, unit: Unit) -> String {
    let title = match unit {
        _ if opts.has('i') => "   Inodes".into(),
        None => "     Size".into(),
        Some(size) if opts.has('P') => format!("{size}-blocks"),
        Some(size) => format!("{}-blocks", whole(size)),
    };
    let kind = if opts.has('T') { "Type       " } else { "" };
    let used = if opts.has('P') { "Capacity" } else { "Use%" };
    format!("Filesystem           {kind}{title:<15}Used Available {used} Mounted on\n")
}

/// A size without decimals, rounded.
fn whole(size: u64) -> String {
    let text = human(size);
    let Some((number, tenths)) = text.split_once('.') else { return text };
    let (tenth, unit) = tenths.split_at(1);
    let number: u64 = number.parse().unwrap_or(0);
    format!("{}{unit}", if tenth >= "5" { number + 1 } else { number })
}

async fn mounts(p: &mut Process) -> Result<Vec<Mount>, Exit> {
    let text = match stream::read_operand(p, MOUNTS.into()).await {
        Ok(text) => text,
        Err(errno) => return Err(say::die_errno(p, MOUNTS, errno).await),
    };
    let mount = |line: &[u8]| {
        let mut words = line.split_str(" ").map(BString::from);
        Some(Mount { source: words.next()?, target: words.next()?, kind: words.next()? })
    };
    Ok(text.lines().filter_map(mount).collect())
}

fn mount_of(p: &mut Process, path: &BStr) -> Option<Mount> {
    p.device(path, Follow::Yes).ok()?;
    let fs = p.statfs(path).ok()?;
    Some(Mount { source: fs.source, target: fs.target, kind: fs.fs_type })
}

async fn show(p: &mut Process, opts: &Matches, unit: Unit, mount: &Mount, empty: bool) -> Result<(), Exit> {
    if opts.value('t').is_some_and(|kind| kind != mount.kind) {
        return Ok(());
    }
    let fs = match p.statfs(&mount.target) {
        Ok(fs) => fs,
        Err(errno) => {
            say::errno(p, &mount.target, errno).await;
            return Ok(());
        }
    };
    let (all, free, block) =
        if opts.has('i') { (fs.files, fs.free_files, 1) } else { (fs.blocks, fs.free, BLOCK) };
    if fs.blocks == 0 && !empty {
        return Ok(());
    }
    let unit = if opts.has('i') && unit.is_some() { Some(1) } else { unit };
    let used = all - free;
    let percent = (used * 100 + all / 2).checked_div(all).unwrap_or(0);
    let mut line = mount.source.clone();
    let width = mount.source.chars().count();
    if width > 20 && !opts.has('P') {
        line.extend_from_slice(format!("\n{:20}", "").as_bytes());
    } else {
        line.extend_from_slice(" ".repeat(20_usize.saturating_sub(width)).as_bytes());
    }
    if opts.has('T') {
        line.extend_from_slice(format!(" {:<10}", mount.kind.to_str_lossy()).as_bytes());
    }
    let size = |blocks: u64| match unit {
        None => human(blocks * block),
        Some(unit) => ((u128::from(blocks * block) + u128::from(unit / 2)) / u128::from(unit)).to_string(),
    };
    let numbers = format!(" {:>9} {:>9} {:>9} {percent:3}% ", size(all), size(used), size(free));
    say::print(p, bytes!("{}{}{}\n", line, numbers, mount.target)).await
}
