//! cpio.

mod create;
mod extract;
mod header;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Fd, OpenFlags, Process};
use vfs::Mode;

use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::{self, STDIN, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{say, usage};
use crate::users::database::Database;

pub(crate) const USAGE: &str = "[-dmvu] [-F FILE] [-R USER[:GRP]] [-H newc] [-tio] [-p DIR] [EXTR_FILE]...

Pack the files whose names come in, or unpack an archive

	-t	List
	-i	Unpack EXTR_FILEs, or all
	-o	Pack; wants -H newc
	-p DIR	Copy files to DIR
	-d	Make missing directories
	-m	Keep times
	-v	Name the files
	-u	Replace newer files
	-F FILE	The archive
	-R USER[:GRP]	The owner of what is made
	-L	Follow links
	-0	Names end with NUL
	--ignore-devno	Pack no device numbers
	--renumber-inodes	Count the files from 1";

const QUIET: char = '\u{100}';
const NO_DEVICE: char = '\u{101}';
const RENUMBER: char = '\u{102}';
const TO_STDOUT: char = '\u{103}';

const OPTIONS: Options = Options::new(USAGE, "it0uvdmLF:R:oH:p\u{100}\u{101}\u{102}\u{103}").long(&[
    ("extract", 'i'),
    ("list", 't'),
    ("create", 'o'),
    ("format", 'H'),
    ("owner", 'R'),
    ("pass-through", 'p'),
    ("null", '0'),
    ("make-directories", 'd'),
    ("dereference", 'L'),
    ("verbose", 'v'),
    ("preserve-modification-time", 'm'),
    ("unconditional", 'u'),
    ("quiet", QUIET),
    ("ignore-devno", NO_DEVICE),
    ("renumber-inodes", RENUMBER),
    ("to-stdout", TO_STDOUT),
]);

/// Who owns what is made, where that was asked for.
#[derive(Debug, Clone, Copy, Default)]
struct Owner {
    uid: Option<u32>,
    gid: Option<u32>,
}

struct Plan {
    list: bool,
    zero: bool,
    overwrite: bool,
    verbose: bool,
    directories: bool,
    times: bool,
    follow: bool,
    no_device: bool,
    renumber: bool,
    owner: Owner,
    patterns: Vec<BString>,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let modes = ['i', 'o', 'p'].into_iter().filter(|mode| opts.has(*mode)).count();
    let wrong_format = opts.has('o') && opts.value('H').is_none_or(|format| !format.starts_with(b"n"));
    if modes > 1 || (modes == 0 && !opts.has('t')) || wrong_format {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let plan = plan(p, &opts).await?;
    if opts.has('o') {
        let names = read_all(p, STDIN).await?;
        let archive = create::archive(p, &plan, &names).await?;
        let output = match opts.value('F') {
            None => STDOUT,
            Some(file) => open(p, file, OpenFlags::OUTPUT).await?,
        };
        say::flush(p).await?;
        return match p.write_all(output, &archive).await {
            Ok(()) => Ok(Exit(0)),
            Err(errno) => Err(say::die_errno(p, "write error", errno).await),
        };
    }
    let input = match opts.value('F') {
        None => STDIN,
        Some(file) => open(p, file, OpenFlags::RDONLY).await?,
    };
    let bytes = read_all(p, input).await?;
    let archive = if opts.has('p') { pass(p, &plan, &opts, &bytes).await? } else { bytes };
    p.hold_memory(0, archive.len() as u64);
    let end = extract::read(p, &plan, &archive).await?;
    if let Some(end) = end.filter(|_| !opts.has(QUIET)) {
        say::flush(p).await?;
        p.eprint(format!("{} blocks\n", end.div_ceil(512))).await;
    }
    Ok(Exit(0))
}

/// `-p`: the archive of the named files, to be unpacked in the directory, which is entered.
async fn pass(p: &mut Process, plan: &Plan, opts: &Matches, names: &[u8]) -> Result<Vec<u8>, Exit> {
    let Some(directory) = opts.operands.first() else { return Err(usage::misuse(p, USAGE, 1).await) };
    if plan.directories && p.stat(directory).is_err() {
        // Entering it tells when it could not be made.
        let _ = p.mkdir(directory, Mode::new(0o777));
    }
    let from = p.getcwd().unwrap_or_default();
    let entered = p.chdir(directory).and_then(|()| p.chdir(&from));
    if let Err(errno) = entered {
        return Err(say::die_errno(p, bytes!("can't change directory to '{}'", directory), errno).await);
    }
    let quiet = Plan { verbose: false, patterns: Vec::new(), ..*plan };
    let archive = create::archive(p, &quiet, names).await?;
    // It was there just now.
    let _ = p.chdir(directory);
    Ok(archive)
}

async fn plan(p: &mut Process, opts: &Matches) -> Result<Plan, Exit> {
    Ok(Plan {
        list: opts.has('t'),
        zero: opts.has('0'),
        overwrite: opts.has('u'),
        verbose: opts.has('v'),
        directories: opts.has('d'),
        times: opts.has('m'),
        follow: opts.has('L'),
        no_device: opts.has(NO_DEVICE),
        renumber: opts.has(RENUMBER),
        owner: match opts.value('R') {
            None => Owner::default(),
            Some(text) => owner(p, text).await?,
        },
        patterns: if opts.has('p') { Vec::new() } else { opts.operands.clone() },
    })
}

/// `USER`, `USER:GROUP`, `:GROUP`; a colon alone after the user means the user's group.
async fn owner(p: &mut Process, text: &BStr) -> Result<Owner, Exit> {
    let (user, group) = text.split_once_str(":").map_or((text.as_bytes(), None), |(u, g)| (u, Some(g)));
    let database = Database::read(p).await;
    let mut owner = Owner::default();
    if !user.is_empty() {
        let known = database.user(user.as_bstr());
        owner.uid = known.map(|user| user.uid).or_else(|| number(user));
        if owner.uid.is_none() {
            return Err(say::die(p, bytes!("unknown user {}", user)).await);
        }
        if group == Some(b"") {
            owner.gid = known.map(|user| user.gid);
        }
    }
    if let Some(group) = group.filter(|group| !group.is_empty()) {
        owner.gid = database.group(group.as_bstr()).map(|group| group.gid).or_else(|| number(group));
        if owner.gid.is_none() {
            return Err(say::die(p, bytes!("unknown group {}", group)).await);
        }
    }
    Ok(owner)
}

fn number(text: &[u8]) -> Option<u32> {
    text.to_str().ok()?.parse().ok()
}

async fn open(p: &mut Process, file: &BStr, flags: OpenFlags) -> Result<Fd, Exit> {
    match p.open(file, flags, Mode::new(0o666)).await {
        Ok(fd) => Ok(fd),
        Err(errno) => Err(say::die_errno(p, bytes!("can't open '{}'", file), errno).await),
    }
}

async fn read_all(p: &mut Process, fd: Fd) -> Result<Vec<u8>, Exit> {
    match stream::read_all(p, fd).await {
        Ok(bytes) => Ok(bytes),
        Err(errno) => Err(say::die_errno(p, "read error", errno).await),
    }
}
