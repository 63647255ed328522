mod apply;
mod parse;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::Mode;

use self::parse::FilePatch;
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{number, path, say, stream};

pub(crate) const USAGE: &str = "[-RNEfsu] [-p N] [-d DIR] [-i DIFF] [--dry-run] [ORIGFILE [PATCHFILE]]

Change files as a unified diff says

	-p N	Take N directories off names
	-i FILE	Read FILE, not standard input
	-d DIR	Go there first
	-R	The other way round
	-N	Skip what has been done already
	-E	Remove files that become empty
	-s	Say nothing
	--dry-run	Change nothing";

const DRY: char = '\u{100}';
const OPTIONS: Options = Options::new(USAGE, "p:i:d:RNEfsut\u{100}").operands(0, 2).long(&[
    ("strip", 'p'),
    ("input", 'i'),
    ("directory", 'd'),
    ("reverse", 'R'),
    ("forward", 'N'),
    ("remove-empty-files", 'E'),
    ("force", 'f'),
    ("batch", 't'),
    ("quiet", 's'),
    ("silent", 's'),
    ("unified", 'u'),
    ("dry-run", DRY),
]);

/// What is said of a diff that is none.
const GARBAGE: &str = "Only garbage was found in the patch input.";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let strip = match opts.value('p').map(|text| number::unsigned(text, 0, 1000, &[])) {
        None => None,
        Some(Ok(strip)) => usize::try_from(strip).ok(),
        Some(Err(message)) => return Err(say::die(p, message).await),
    };
    if let Some(directory) = opts.value('d')
        && let Err(errno) = p.chdir(directory)
    {
        say::error(p, bytes!("**** Can't change to directory {} : {}", directory, errno.to_string())).await;
        return Ok(Exit(2));
    }
    let source = opts.value('i').map(|name| name.to_owned()).or_else(|| opts.operands.get(1).cloned());
    let source = source.unwrap_or_else(|| "-".into());
    let text = match stream::read_operand(p, source.as_bstr()).await {
        Ok(text) => text,
        Err(errno) => {
            say::error(p, bytes!("**** Can't open patch file {} : {}", source, errno.to_string())).await;
            return Ok(Exit(2));
        }
    };
    let patches = match parse::parse(&text) {
        Ok(patches) => patches,
        Err(line) => {
            say::error(p, format!("**** malformed patch at line {line}")).await;
            return Ok(Exit(2));
        }
    };
    if patches.is_empty() {
        if text.is_empty() {
            return Ok(Exit(0));
        }
        say::error(p, format!("**** {GARBAGE}")).await;
        return Ok(Exit(2));
    }
    let mut status = 0;
    for patch in patches {
        let patch = if opts.has('R') { patch.reversed() } else { patch };
        let named = opts.operands.first().map(|name| name.to_owned());
        let target = match named {
            Some(name) => Some(name),
            None => target(p, &patch, strip),
        };
        match target {
            Some(name) => status |= change(p, &opts, name.as_bstr(), &patch).await?,
            None => {
                say::print(p, "can't find file to patch at input line 1\n").await?;
                status = 1;
            }
        }
    }
    Ok(Exit(status))
}

/// The file that the names of a diff lead to: one that is there, else the one that is to be made.
fn target(p: &mut Process, patch: &FilePatch, strip: Option<usize>) -> Option<BString> {
    let names: Vec<BString> = [&patch.old, &patch.new]
        .into_iter()
        .filter(|name| *name != "/dev/null")
        .filter_map(|name| stripped(name.as_bstr(), strip))
        .collect();
    let there = names.iter().find(|name| p.stat(name).is_ok()).cloned();
    there.or_else(|| names.last().filter(|_| patch.creates()).cloned())
}

/// The name without its first directories; without a number, without all.
fn stripped(name: &BStr, strip: Option<usize>) -> Option<BString> {
    let Some(mut left) = strip else { return Some(path::last_part(name).to_owned()) };
    let mut rest = name;
    while left > 0 {
        let slash = rest.find_byte(b'/')?;
        rest = rest[slash..].trim_start_with(|c| c == '/').as_bstr();
        left -= 1;
    }
    Some(rest.to_owned())
}

async fn change(p: &mut Process, opts: &Matches, name: &BStr, patch: &FilePatch) -> Result<u8, Exit> {
    let quiet = opts.has('s');
    let before = stream::read_operand(p, name).await.unwrap_or_default();
    let verb = if opts.has(DRY) { "checking" } else { "patching" };
    if !quiet {
        say::print(p, bytes!("{} file {}\n", verb, name)).await?;
    }
    let done_already = apply::apply(&before, &patch.clone().reversed().hunks);
    let applied = apply::apply(&before, &patch.hunks);
    if !opts.has('f') && applied.failed.len() == patch.hunks.len() && done_already.failed.is_empty() {
        let answer = if opts.has('N') {
            "  Skipping patch."
        } else {
            "  Assume -R? [n] \nApply anyway? [n] \nSkipping patch."
        };
        say::print(p, format!("Reversed (or previously applied) patch detected!{answer}\n")).await?;
        return ignored(p, opts, name, patch).await;
    }
    for (index, shift) in applied.shifted.iter().filter(|_| !quiet) {
        let (at, offset, lines) = (shift.0, shift.1, if shift.1.abs() == 1 { "line" } else { "lines" });
        let fuzz = if shift.2 > 0 { format!(" with fuzz {}", shift.2) } else { String::new() };
        let offset = if offset == 0 { String::new() } else { format!(" (offset {offset} {lines})") };
        say::print(p, format!("Hunk #{} succeeded at {at}{fuzz}{offset}.\n", index + 1)).await?;
    }
    for index in applied.failed.iter().filter(|_| !quiet) {
        let at = patch.hunks[*index].old_start;
        say::print(p, format!("Hunk #{} FAILED at {at}.\n", index + 1)).await?;
    }
    let exact = applied.failed.is_empty() && applied.shifted.is_empty();
    if !opts.has(DRY) && !exact {
        put(p, bytes!("{}.orig", name).as_bstr(), &before, Mode::new(0o644)).await?;
    }
    if !opts.has(DRY) && applied.failed.len() < patch.hunks.len() {
        write(p, opts, name, patch, &applied.text).await?;
    }
    if applied.failed.is_empty() {
        return Ok(0);
    }
    reject(p, opts, name, patch, &applied.failed).await
}

async fn ignored(p: &mut Process, opts: &Matches, name: &BStr, patch: &FilePatch) -> Result<u8, Exit> {
    let count = patch.hunks.len();
    let hunks = if count == 1 { "hunk" } else { "hunks" };
    say::print(p, format!("{count} out of {count} {hunks} ignored")).await?;
    let all: Vec<usize> = (0..count).collect();
    save(p, opts, name, patch, &all).await
}

async fn reject(
    p: &mut Process,
    opts: &Matches,
    name: &BStr,
    patch: &FilePatch,
    failed: &[usize],
) -> Result<u8, Exit> {
    let count = patch.hunks.len();
    let hunks = if count == 1 { "hunk" } else { "hunks" };
    say::print(p, format!("{} out of {count} {hunks} FAILED", failed.len())).await?;
    save(p, opts, name, patch, failed).await
}

/// Writes the hunks that did not fit beside the file.
async fn save(
    p: &mut Process,
    opts: &Matches,
    name: &BStr,
    patch: &FilePatch,
    which: &[usize],
) -> Result<u8, Exit> {
    if opts.has(DRY) {
        say::print(p, "\n").await?;
        return Ok(1);
    }
    let rejects = bytes!("{}.rej", name);
    say::print(p, bytes!(" -- saving rejects to file {}\n", rejects)).await?;
    let text = patch.rejects(which);
    put(p, rejects.as_bstr(), &text, Mode::new(0o644)).await?;
    Ok(1)
}

async fn write(
    p: &mut Process,
    opts: &Matches,
    name: &BStr,
    patch: &FilePatch,
    text: &[u8],
) -> Result<(), Exit> {
    if text.is_empty() && (patch.new == "/dev/null" || opts.has('E')) {
        // It was there a moment ago.
        let _ = p.unlink(name);
        return Ok(());
    }
    let directory = path::parent(name);
    let mut made = BString::default();
    for part in directory.split_str("/").filter(|_| patch.creates()) {
        made.extend_from_slice(part);
        // Most are there.
        let _ = p.mkdir(&made, Mode::new(0o777));
        made.push(b'/');
    }
    put(p, name, text, Mode::new(0o666)).await
}

async fn put(p: &mut Process, name: &BStr, text: &[u8], mode: Mode) -> Result<(), Exit> {
    let written = match p.open(name, OpenFlags::OUTPUT, mode).await {
        Ok(fd) => {
            let written = p.write_all(fd, text).await;
            stream::close(p, fd);
            written
        }
        Err(errno) => Err(errno),
    };
    match written {
        Ok(()) => Ok(()),
        Err(errno) => {
            say::error(p, bytes!("**** Can't create file {} : {}", name, errno.to_string())).await;
            Err(Exit(2))
        }
    }
}
