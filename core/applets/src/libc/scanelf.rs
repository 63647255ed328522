use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use super::elf::{self, Object};
use crate::frame::getopt::{Matches, Options};
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::walk::{Links, Step, Walk};
use crate::frame::{path, stream};

/// It has no `--help` of busybox's form.
pub(crate) const USAGE: &str = "";

const HELP: &str =
    "* Scan ELF binaries for stuff\n\nUsage: scanelf [options] <dir1/file1> [dir2 dirN file2 fileN ...]\n";

const ROOT: char = '\u{100}';
const CACHE: char = '\u{101}';
const USE_PATH: char = '\u{102}';

const OPTIONS: Options =
    Options::new(USAGE, "plRmyAXz:xetrnLibSs:k:gN:TaqvF:f:o:E:M:DIYO:ZCBhV\u{100}:\u{101}:\u{102}").long(&[
        ("path", 'p'),
        ("recursive", 'R'),
        ("mount", 'm'),
        ("symlink", 'y'),
        ("needed", 'n'),
        ("soname", 'S'),
        ("etype", 'E'),
        ("format", 'F'),
        ("from", 'f'),
        ("nobanner", 'B'),
        ("nocolor", 'C'),
        ("quiet", 'q'),
        ("help", 'h'),
        ("version", 'V'),
        ("root", ROOT),
        ("ldcache", CACHE),
        ("use-ldpath", USE_PATH),
    ]);

/// The letter of a field, or the text between two.
type Column = (Option<u8>, Vec<u8>);

/// The options that are simulated.
const KNOWN: &str = "RmynSEFBCqhV";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let Ok(opts) = OPTIONS.read(p.args()) else {
        p.eprint(HELP).await;
        return Ok(Exit(1));
    };
    if opts.has('V') {
        say::print(
            p,
            "pax-utils-1.3.7: 1.3.7\nscanelf written for Gentoo by <solar and vapier @ gentoo.org>\n",
        )
        .await?;
        return Ok(Exit(0));
    }
    if opts.has('h') {
        say::print(p, HELP).await?;
        return Ok(Exit(0));
    }
    if let Some((letter, _)) = opts.given().find(|(letter, _)| !KNOWN.contains(*letter)) {
        return Err(say::die(p, format!("what the option {letter} looks for is not simulated")).await);
    }
    if opts.operands.is_empty() {
        return Err(say::die(p, "Nothing to scan !?").await);
    }
    let columns = match columns(&opts) {
        Ok(columns) => columns,
        Err(letter) => return Err(say::die(p, format!("the field %{letter} is not simulated")).await),
    };
    if !opts.has('B') {
        say::print(p, heading(&columns)).await?;
    }
    let known = elf::packages(p).await;
    for operand in &opts.operands {
        scan(p, &opts, operand, &columns, &known).await?;
    }
    Ok(Exit(0))
}

/// The fields of a line: letters after a percent sign (`#` before one makes it plain), and text between.
fn columns(opts: &Matches) -> Result<Vec<Column>, char> {
    let usual = match (opts.has('n'), opts.has('S')) {
        (true, true) => "%o %n %S %F ",
        (true, false) => "%o %n %F ",
        (false, true) => "%o %S %F ",
        (false, false) => "%o %F ",
    };
    let quiet = usual.trim_start_matches("%o ").trim_end().replace(" %F", "  %F");
    let usual = if opts.has('q') { quiet.as_str() } else { usual };
    let format = opts.value('F').map_or(usual.as_bytes(), |format| format.as_bytes());
    let mut columns = Vec::new();
    let mut bytes = format.iter().peekable();
    while let Some(byte) = bytes.next() {
        if *byte != b'%' {
            columns.push((None, vec![*byte]));
            continue;
        }
        let Some(letter) = bytes.next() else { break };
        let plain = bytes.next_if(|byte| **byte == b'#').map(|_| *bytes.next().unwrap_or(&b'F'));
        if !b"nSFfpo%".contains(letter) {
            return Err(char::from(*letter));
        }
        columns.push((Some(*letter), plain.map(|kind| vec![kind]).unwrap_or_default()));
    }
    Ok(columns)
}

fn heading(columns: &[Column]) -> BString {
    let mut text = BString::default();
    for (letter, between) in columns {
        text.extend_from_slice(match letter {
            Some(b'o') => b" TYPE  ",
            Some(b'n') => b"NEEDED",
            Some(b'S') => b"SONAME",
            Some(b'F' | b'f' | b'p') => b"FILE ",
            _ => between,
        });
    }
    text.push(b'\n');
    text
}

async fn scan(
    p: &mut Process,
    opts: &Matches,
    operand: &BString,
    columns: &[Column],
    known: &elf::Packages,
) -> Result<(), Exit> {
    let mut walk = Walk::new(operand.as_bstr(), if opts.has('y') { Links::Stay } else { Links::Operands });
    while let Some(step) = walk.next(p) {
        match step {
            Step::Enter(..) if walk.depth() > 0 && !opts.has('R') => walk.skip(),
            Step::Other(file, stat) if stat.file_type == vfs::FileType::Regular => {
                let content = stream::read_operand(p, file.as_bstr()).await.unwrap_or_default();
                let Some(object) = elf::of(&content, p, &file, known) else { continue };
                let wanted = opts
                    .value('E')
                    .is_none_or(|kinds| kinds.split_str(",").any(|k| k == object.kind.as_bytes()));
                let empty =
                    opts.has('n') && object.needed.is_empty() || opts.has('S') && object.soname.is_empty();
                if wanted && !(opts.has('q') && empty) {
                    say::print(p, line(&object, file.as_bstr(), columns)).await?;
                }
            }
            Step::Lost(file, errno) if walk.depth() == 0 => {
                say::flush(p).await?;
                p.eprint(bytes!("scanelf: {}: {}\n", file, errno.to_string())).await;
            }
            _ => {}
        }
    }
    Ok(())
}

fn line(object: &Object, file: &BStr, columns: &[Column]) -> BString {
    let mut text = BString::default();
    for (letter, between) in columns {
        match letter {
            Some(b'n') => text.extend_from_slice(&bstr::join(",", &object.needed)),
            Some(b'S') => text.extend_from_slice(&object.soname),
            Some(b'o') => text.extend_from_slice(object.kind.as_bytes()),
            Some(b'f') => text.extend_from_slice(path::last_part(file)),
            Some(b'%') => text.push(b'%'),
            Some(_) => text.extend_from_slice(file),
            None => text.extend_from_slice(between),
        }
    }
    text.push(b'\n');
    text
}
