use std::collections::BTreeSet;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::{FileType, Follow, Mode};

use self::create::{Creator, Listing};
use self::extract::{Existing, Extractor, Owners};
use self::header::Header;
use self::read::{Broken, Entry, Source};
use self::select::Selection;
use super::codec::{self, Codec};
use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::{self, STDIN, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{number, path, say, usage};
use crate::time::zone::Zone;
use crate::users::database::Database;

mod create;
mod extract;
mod header;
pub(super) mod list;
mod read;
mod select;

pub(crate) const USAGE: &str =
    "c|x|t [-ZzJjahmvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...

Make, unpack or list an archive

	c	Make
	x	Unpack
	t	List
	-f FILE	The archive; - and without: standard input or output
	-C DIR	Go to DIR first
	-v	Print the names; twice: all about them
	-O	Unpack to standard output
	-m	Unpacked files are new: their times are not restored
	-o	Unpacked files are one's own: their owners are not restored
	-k	Files that exist stay
	-z	Compressed with gzip
	-J	Compressed with xz
	-j	Compressed with bzip2
	--lzma	Compressed with lzma
	-a	Compressed as the name or the content tells
	-h	Follow symbolic links
	-T FILE	The names are in FILE
	-X FILE	Patterns of names to leave out are in FILE
	--exclude PATTERN	Leave out what matches
	--overwrite	Write into files that exist
	--strip-components NUM	Cut so many leading parts of the names
	--no-recursion	Directories without what is in them
	--numeric-owner	Owners by number
	--no-same-permissions	Take the umask from the modes";

const EXCLUDE: char = '\u{80}';
const STRIP: char = '\u{81}';
const OVERWRITE: char = '\u{82}';
const NUMERIC: char = '\u{83}';
const NO_SAME_PERMISSIONS: char = '\u{84}';
const NO_RECURSION: char = '\u{85}';
const LZMA: char = '\u{86}';

const OPTIONS: Options = Options::new(USAGE, "txC:f:OpvkcmoahjzJZT:X:\u{80}:\u{81}:").long(&[
    ("list", 't'),
    ("extract", 'x'),
    ("directory", 'C'),
    ("file", 'f'),
    ("to-stdout", 'O'),
    ("same-permissions", 'p'),
    ("preserve-permissions", 'p'),
    ("verbose", 'v'),
    ("keep-old", 'k'),
    ("create", 'c'),
    ("dereference", 'h'),
    ("bzip2", 'j'),
    ("xz", 'J'),
    ("lzma", LZMA),
    ("files-from", 'T'),
    ("exclude-from", 'X'),
    ("gzip", 'z'),
    ("gunzip", 'z'),
    ("ungzip", 'z'),
    ("compress", 'Z'),
    ("no-same-owner", 'o'),
    ("touch", 'm'),
    ("numeric-owner", NUMERIC),
    ("no-same-permissions", NO_SAME_PERMISSIONS),
    ("overwrite", OVERWRITE),
    ("no-recursion", NO_RECURSION),
    ("auto-compress", 'a'),
    ("strip-components", STRIP),
    ("exclude", EXCLUDE),
]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = words(p.args());
    let opts = OPTIONS.parse_words(p, &words).await?;
    let modes = ['c', 'x', 't'].iter().filter(|mode| opts.has(**mode)).count();
    if modes != 1 {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    if opts.has('Z') {
        return Err(say::die(p, "archives packed by compress are not simulated").await);
    }
    let strip = match opts.value(STRIP) {
        Some(text) => match number::unsigned(text, 0, u64::from(u32::MAX), &[]) {
            Ok(count) => usize::try_from(count).unwrap_or(usize::MAX),
            Err(message) => return Err(say::die(p, message).await),
        },
        None => 0,
    };
    let selection = selection(p, &opts).await?;
    if opts.has('c') { create(p, &opts, selection).await } else { read(p, &opts, selection, strip).await }
}

/// The old style's first word gets its dash, its `f` goes last.
fn words(args: &[BString]) -> Vec<BString> {
    let mut words = args.to_vec();
    if let Some(first) = words.get_mut(1).filter(|first| !first.starts_with(b"-") && !first.is_empty()) {
        if let Some(at) = first.find_byte(b'f') {
            first.remove(at);
            first.push(b'f');
        }
        first.insert(0, b'-');
    }
    words
}

/// Operands with the names of `-T`, and the patterns of `--exclude` and `-X`.
async fn selection(p: &mut Process, opts: &Matches) -> Result<Selection, Exit> {
    let mut accept = Vec::new();
    for file in opts.values('T') {
        accept.extend(lines(p, file).await?);
    }
    let mut reject: Vec<BString> = opts.values(EXCLUDE).map(BStr::to_owned).collect();
    for file in opts.values('X') {
        reject.extend(lines(p, file).await?);
    }
    accept.extend(opts.operands.iter().cloned());
    Ok(Selection::new(&accept, reject))
}

async fn lines(p: &mut Process, file: &BStr) -> Result<Vec<BString>, Exit> {
    match stream::read_operand(p, file).await {
        Ok(text) => Ok(text.lines().map(BString::from).collect()),
        Err(errno) => Err(say::die(p, bytes!("{}: {}", file, errno.to_string())).await),
    }
}

/// `-C`
async fn enter(p: &mut Process, opts: &Matches) -> Result<(), Exit> {
    let Some(directory) = opts.value('C') else { return Ok(()) };
    match p.chdir(directory) {
        Ok(()) => Ok(()),
        Err(errno) => {
            Err(say::die_errno(p, bytes!("can't change directory to '{}'", directory), errno).await)
        }
    }
}

/// The compression that the letters ask for.
fn codec(opts: &Matches) -> Option<Codec> {
    let known = [('z', Codec::Gzip), ('j', Codec::Bzip2), ('J', Codec::Xz), (LZMA, Codec::Lzma)];
    known.into_iter().find(|(letter, _)| opts.has(*letter)).map(|(_, codec)| codec)
}

/// How many bytes of a name may not stay: a root, or all up to the last `..`.
pub(super) fn unsafe_prefix(name: &BStr) -> usize {
    let mut end = 0;
    loop {
        let rest = &name[end..];
        let at = if rest.starts_with(b"../") { Some(0) } else { rest.find("/../").map(|at| at + 1) };
        if let Some(at) = at {
            end += at + 3;
        } else if rest.starts_with(b"/") {
            end += rest.iter().take_while(|byte| **byte == b'/').count();
        } else if rest == b".." {
            return name.len();
        } else {
            return end;
        }
    }
}

async fn create(p: &mut Process, opts: &Matches, selection: Selection) -> Ended {
    let codec = codec(opts).or_else(|| by_suffix(opts));
    if matches!(codec, Some(Codec::Xz | Codec::Lzma)) {
        let program = if codec == Some(Codec::Xz) { "xz" } else { "lzma" };
        return Err(say::die(p, format!("can't execute '{program}': No such file or directory")).await);
    }
    if selection.accept.is_empty() {
        return Err(say::die(p, "empty archive").await);
    }
    let file = opts.value('f').filter(|file| *file != "-");
    let output = match file {
        None => STDOUT,
        Some(file) => match p.open(file, OpenFlags::OUTPUT, Mode::new(0o666)).await {
            Ok(fd) => fd,
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", file), errno).await),
        },
    };
    let database = Database::read(p).await;
    let mut creator = Creator::new(&selection, database);
    if let Some(file) = file {
        creator.own =
            p.stat(file).ok().zip(p.device(file, Follow::Yes).ok()).map(|(stat, device)| (device, stat.ino));
    }
    creator.follow = opts.has('h');
    creator.flat = opts.has(NO_RECURSION);
    creator.verbose = opts.has('v').then_some(if file.is_some() { Listing::Stdout } else { Listing::Stderr });
    enter(p, opts).await?;
    for name in &selection.accept {
        creator.add(p, name.as_bstr()).await?;
    }
    let (bytes, complete) = creator.finish();
    let held = bytes.len() as u64;
    let packed = match codec {
        Some(Codec::Gzip) => codec::gzip(&bytes, 6),
        Some(_) => codec::bzip2(&bytes, 9),
        None => bytes,
    };
    p.hold_memory(held, 0);
    say::flush(p).await?;
    if let Err(errno) = p.write_all(output, &packed).await {
        return Err(say::die_errno(p, "write error", errno).await);
    }
    if complete { Ok(Exit(0)) } else { Err(say::die(p, "error exit delayed from previous errors").await) }
}

/// `-a` of a new archive looks at its name.
fn by_suffix(opts: &Matches) -> Option<Codec> {
    let file = opts.value('f').filter(|_| opts.has('a'))?;
    let known: [(&str, Codec); 8] = [
        ("gz", Codec::Gzip),
        ("tgz", Codec::Gzip),
        ("bz2", Codec::Bzip2),
        ("tbz", Codec::Bzip2),
        ("tbz2", Codec::Bzip2),
        ("xz", Codec::Xz),
        ("txz", Codec::Xz),
        ("lzma", Codec::Lzma),
    ];
    known.into_iter().find(|(suffix, _)| file.ends_with_str(format!(".{suffix}"))).map(|(_, codec)| codec)
}

/// Opens and decompresses the archive; the complaint about what cannot be decompressed.
async fn open(p: &mut Process, opts: &Matches) -> Result<(Source, Option<&'static str>), Exit> {
    let file = opts.value('f').filter(|file| *file != "-");
    let fd = match file {
        None => STDIN,
        Some(file) => match p.open(file, OpenFlags::RDONLY, Mode::default()).await {
            Ok(fd) => fd,
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", file), errno).await),
        },
    };
    let size = p.fstat(fd).ok().filter(|stat| stat.file_type == FileType::Regular).map(|stat| stat.size);
    let seekable = size.is_some();
    let read = match size.and_then(|size| usize::try_from(size).ok()) {
        Some(size) => p.read(fd, size).await,
        None => stream::read_all(p, fd).await,
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(errno) => return Err(say::die_errno(p, "read error", errno).await),
    };
    let codec = codec(opts).or_else(|| if seekable { Codec::detect(&bytes) } else { None });
    Ok(match codec {
        None => {
            p.hold_memory(0, bytes.len() as u64);
            (Source::plain(bytes, seekable), None)
        }
        Some(codec) => {
            let decoded = codec.decode(&bytes, p.limits().memory);
            p.hold_memory(0, decoded.bytes.len() as u64);
            (Source::decoded(decoded.bytes), decoded.fault)
        }
    })
}

/// Lists or unpacks.
async fn read(p: &mut Process, opts: &Matches, selection: Selection, strip: usize) -> Ended {
    let (source, fault) = open(p, opts).await?;
    let held = source.len();
    let ended = entries(p, opts, (source, fault), selection, strip).await;
    p.hold_memory(held, 0);
    ended
}

async fn entries(
    p: &mut Process,
    opts: &Matches,
    (source, fault): (Source, Option<&'static str>),
    selection: Selection,
    strip: usize,
) -> Ended {
    enter(p, opts).await?;
    let extractor = extractor(p, opts).await;
    let zone = Zone::of(p.env().get("TZ"));
    let mut reader = Reader { source, selection, strip, extractor, zone, told: BTreeSet::new() };
    let mut status = 0;
    let outcome = reader.entries(p, opts).await?;
    if let Some(fault) = fault {
        status = 1;
        if !fault.is_empty() {
            say::error(p, fault).await;
        }
    }
    if let Err(broken) = outcome {
        status = 1;
        say::error(p, broken.message()).await;
        if broken != Broken::Short {
            return Ok(Exit(status));
        }
    }
    reader.extractor.finish(p).await?;
    for name in reader.selection.missing() {
        say::error(p, bytes!("{}: not found in archive", name)).await;
        status = 1;
    }
    Ok(Exit(status))
}

async fn extractor(p: &mut Process, opts: &Matches) -> Extractor {
    let is_root = p.cred().uid == 0;
    let owners = if is_root && !opts.has('o') {
        Some(Owners { database: Database::read(p).await, numeric: opts.has(NUMERIC) })
    } else {
        None
    };
    let existing = match (opts.has('k'), opts.has(OVERWRITE)) {
        (true, _) => Existing::Keep,
        (_, true) => Existing::Overwrite,
        _ => Existing::Replace,
    };
    Extractor::new(owners, !is_root || opts.has(NO_SAME_PERMISSIONS), !opts.has('m'), existing)
}

/// A run over the entries of an archive.
struct Reader {
    source: Source,
    selection: Selection,
    strip: usize,
    extractor: Extractor,
    zone: Zone,
    told: BTreeSet<&'static str>,
}

impl Reader {
    async fn entries(&mut self, p: &mut Process, opts: &Matches) -> Result<Result<(), Broken>, Exit> {
        loop {
            p.tick(1).await;
            let mut entry = match self.source.next_entry() {
                Ok(Some(entry)) => entry,
                Ok(None) => return Ok(Ok(())),
                Err(broken) => return Ok(Err(broken)),
            };
            self.make_safe(p, &mut entry.header).await;
            if self.selection.takes(entry.header.name.as_bstr()) {
                self.show(p, opts, &entry.header).await?;
                if let Err(broken) = self.take(p, opts, &entry).await? {
                    return Ok(Err(broken));
                }
            } else if let Err(broken) = self.source.passed(&entry) {
                return Ok(Err(broken));
            }
        }
    }

    async fn make_safe(&mut self, p: &mut Process, header: &mut Header) {
        let prefix = unsafe_prefix(header.name.as_bstr());
        if prefix > 0 && self.told.insert("prefix") {
            let cut = &header.name[..prefix];
            say::error(p, bytes!("removing leading '{}' from member names", cut)).await;
        }
        header.name.drain(..prefix);
    }

    async fn show(&self, p: &mut Process, opts: &Matches, header: &Header) -> Result<(), Exit> {
        let level = opts.count('v') + usize::from(opts.has('t'));
        match level {
            0 => Ok(()),
            1 => say::print(p, bytes!("{}\n", header.name)).await,
            _ => say::print(p, list::long(header, &self.zone)).await,
        }
    }

    async fn take(
        &mut self,
        p: &mut Process,
        opts: &Matches,
        entry: &Entry,
    ) -> Result<Result<(), Broken>, Exit> {
        if opts.has('t') {
            return Ok(self.source.passed(entry));
        }
        let (content, complete) = self.source.content(entry);
        if opts.has('O') {
            let content = content.to_vec();
            say::print(p, content).await?;
            return Ok(complete);
        }
        let name = path::strip(entry.header.name.as_bstr());
        let Some(name) = stripped(name, self.strip) else { return Ok(complete) };
        let content = content.to_vec();
        let mut header = entry.header.clone();
        if header.flag == b'1' {
            match stripped(header.link.as_bstr(), self.strip) {
                Some(target) => header.link = target.to_owned(),
                None => return Ok(complete),
            }
        }
        self.extractor.make(p, &header, name, &content).await?;
        Ok(complete)
    }
}

/// The name without its first `count` components; none when nothing is left.
fn stripped(mut name: &BStr, count: usize) -> Option<&BStr> {
    for _ in 0..count {
        let slash = name.find_byte(b'/')?;
        name = name[slash..].trim_start_with(|c| c == '/').as_bstr();
    }
    (!name.is_empty()).then_some(name)
}
