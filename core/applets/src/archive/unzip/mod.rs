use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use pattern::{FnmatchFlags, fnmatch};
use vfs::{Errno, FileType, Mode};

use self::directory::File;
use super::codec::{self, Codec, Decoded};
use super::tar::unsafe_prefix;
use crate::files::mkdir::Maker;
use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::{self, Lines, STDIN};
use crate::frame::table::Ended;
use crate::frame::{path, say, usage};

mod directory;
mod list;

pub(crate) const USAGE: &str = "[-lnojpqK] FILE[.zip] [FILE]... [-x FILE]... [-d DIR]

Unpack a ZIP archive

	-l	List it
	-n	Files that exist stay
	-o	Files that exist are replaced
	-j	All files into one directory
	-p	To standard output
	-t	Only test
	-q	Without a word
	-K	With the set-user-ID bit
	-x FILE	All but FILE
	-d DIR	Into DIR";

const OPTIONS: Options = Options::new(USAGE, "d:lnotpqxjvK").short_only();

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Unpack,
    Print,
    Test,
}

/// What happens to files that exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Existing {
    Ask,
    Replace,
    Keep,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = excluded(p.args());
    let opts = OPTIONS.parse_words(p, &words.0).await?;
    let Some((archive, names)) = opts.operands.split_first() else {
        return Err(usage::misuse(p, USAGE, 1).await);
    };
    let bytes = open(p, archive.as_bstr()).await?;
    let quiet = ['q', 'p', 't'].iter().any(|letter| opts.has(*letter));
    let lists = opts.has('l') || opts.has('v');
    if !lists {
        enter(p, &opts).await?;
    }
    if !quiet || (lists && !opts.has('q')) {
        say::print(p, bytes!("Archive:  {}\n", archive)).await?;
    }
    let Some(mut files) = directory::read(&bytes) else { return Err(say::die(p, "short read").await) };
    let count = files.len();
    let any = |patterns: &[BString], name: &BStr| {
        patterns.iter().any(|pattern| fnmatch(pattern, name, FnmatchFlags::default()))
    };
    files.retain(|file| {
        (names.is_empty() || any(names, file.name.as_bstr())) && !any(&words.1, file.name.as_bstr())
    });
    if lists {
        let table = if opts.has('v') { list::long(&files, count) } else { list::short(&files, count) };
        say::print(p, table).await?;
        return Ok(Exit(0));
    }
    let mut unpacker = Unpacker::new(&opts, quiet);
    for file in &files {
        unpacker.file(p, file, &bytes).await?;
    }
    Ok(Exit(0))
}

/// The words without those after `-x`, and these: names to leave out, up to the next option.
fn excluded(args: &[BString]) -> (Vec<BString>, Vec<BString>) {
    let (mut words, mut out) = (Vec::new(), Vec::new());
    let mut excludes = false;
    for word in args {
        let is_option = word.starts_with(b"-") && word.len() > 1;
        if is_option {
            excludes = word.ends_with(b"x");
        }
        match word.strip_prefix(b"-x") {
            Some(attached) if !attached.is_empty() => out.push(attached.into()),
            _ if excludes && !is_option => out.push(word.clone()),
            _ => words.push(word.clone()),
        }
    }
    (words, out)
}

/// The archive's bytes; `.zip` may be left out.
async fn open(p: &mut Process, name: &BStr) -> Result<Vec<u8>, Exit> {
    for candidate in [name.to_owned(), bytes!("{}.zip", name), bytes!("{}.ZIP", name)] {
        if let Ok(bytes) = stream::read_operand(p, candidate.as_bstr()).await {
            return Ok(bytes);
        }
    }
    Err(say::die(p, bytes!("can't open {}[.zip]", name)).await)
}

/// `-d`: the directory is made, but not those above it.
async fn enter(p: &mut Process, opts: &Matches) -> Result<(), Exit> {
    let Some(directory) = opts.value('d') else { return Ok(()) };
    // When it cannot be made, going there tells why.
    let _ = p.mkdir(directory, Mode::new(0o777));
    match p.chdir(directory) {
        Ok(()) => Ok(()),
        Err(errno) => {
            Err(say::die_errno(p, bytes!("can't change directory to '{}'", directory), errno).await)
        }
    }
}

struct Unpacker {
    work: Work,
    existing: Existing,
    quiet: bool,
    flat: bool,
    set_id: bool,
    told: bool,
    answers: Lines,
}

impl Unpacker {
    fn new(opts: &Matches, quiet: bool) -> Self {
        Self {
            work: if opts.has('p') {
                Work::Print
            } else if opts.has('t') {
                Work::Test
            } else {
                Work::Unpack
            },
            existing: match opts.last_of(&['n', 'o']) {
                Some('n') => Existing::Keep,
                Some(_) => Existing::Replace,
                None => Existing::Ask,
            },
            quiet,
            flat: opts.has('j'),
            set_id: opts.has('K'),
            told: false,
            answers: Lines::new(STDIN),
        }
    }

    async fn file(&mut self, p: &mut Process, file: &File, archive: &[u8]) -> Result<(), Exit> {
        if file.flags & 1 != 0 {
            return Err(say::die(p, "zip flag 1 (encryption) is not supported").await);
        }
        let Some(content) = file.content(archive) else { return Err(say::die(p, "short read").await) };
        if self.work != Work::Unpack {
            let content = self.decode(p, file, content).await?;
            return if self.work == Work::Print { say::print(p, content).await } else { Ok(()) };
        }
        let name = self.safe_name(p, file.name.as_bstr()).await;
        if file.is_directory() {
            return if self.flat {
                Ok(())
            } else {
                self.directory(p, file, path::strip(name.as_bstr())).await
            };
        }
        let name = if self.flat { path::last_part(name.as_bstr()).to_owned() } else { name };
        let Some(name) = self.free_name(p, name).await? else { return Ok(()) };
        self.parents(p, name.as_bstr()).await?;
        if !self.quiet {
            say::print(p, bytes!("  inflating: {}\n", name)).await?;
        }
        let content = self.decode(p, file, content).await?;
        self.write(p, file, name.as_bstr(), &content).await
    }

    async fn safe_name(&mut self, p: &mut Process, name: &BStr) -> BString {
        let prefix = unsafe_prefix(name);
        if prefix > 0 && !self.told {
            self.told = true;
            say::error(p, bytes!("removing leading '{}' from member names", &name[..prefix])).await;
        }
        name[prefix..].into()
    }

    async fn directory(&self, p: &mut Process, file: &File, name: &BStr) -> Result<(), Exit> {
        match p.stat(name) {
            Ok(stat) if stat.file_type == FileType::Directory => return Ok(()),
            Ok(_) => {
                let message = bytes!("'{}' exists but is not a directory", file.name);
                return Err(say::die(p, message).await);
            }
            Err(_) => {}
        }
        if !self.quiet {
            say::print(p, bytes!("   creating: {}/\n", name)).await?;
        }
        let mode = Mode::new(file.mode.unwrap_or(0o777) & 0o777);
        self.make_directory(p, name).await?;
        match p.chmod(name, mode) {
            Ok(()) => Ok(()),
            Err(errno) => Err(say::die_errno(p, bytes!("can't chmod '{}'", name), errno).await),
        }
    }

    async fn parents(&self, p: &mut Process, name: &BStr) -> Result<(), Exit> {
        let parent = path::parent(name);
        if parent == "." { Ok(()) } else { self.make_directory(p, parent).await }
    }

    async fn make_directory(&self, p: &mut Process, name: &BStr) -> Result<(), Exit> {
        let maker = Maker { parents: true, mode: None, verbose: false };
        match maker.make(p, name).await? {
            Ok(()) => Ok(()),
            Err((path, errno)) => {
                Err(say::die_errno(p, bytes!("can't create directory '{}'", path::strip(path)), errno).await)
            }
        }
    }

    /// The name that a file gets, when one of that name exists; none when it is left out.
    async fn free_name(&mut self, p: &mut Process, mut name: BString) -> Result<Option<BString>, Exit> {
        loop {
            match p.lstat(&name) {
                Err(_) => return Ok(Some(name)),
                Ok(stat) if stat.file_type != FileType::Regular => {
                    return Err(say::die(p, bytes!("'{}' exists but is not a regular file", name)).await);
                }
                Ok(_) => {}
            }
            match self.existing {
                Existing::Replace => return Ok(Some(name)),
                Existing::Keep => return Ok(None),
                Existing::Ask => {}
            }
            let question = bytes!("replace {}? [y]es, [n]o, [A]ll, [N]one, [r]ename: ", name);
            match self.answer(p, &question).await?.first() {
                Some(b'y') => return Ok(Some(name)),
                Some(b'n') => return Ok(None),
                Some(b'A') => self.existing = Existing::Replace,
                Some(b'N') => self.existing = Existing::Keep,
                Some(b'r') => name = self.answer(p, b"new name: ").await?,
                Some(other) => p.eprint(bytes!("error: invalid response [{}]\n", [*other])).await,
                None => p.eprint("error: invalid response []\n").await,
            }
        }
    }

    async fn answer(&mut self, p: &mut Process, question: &[u8]) -> Result<BString, Exit> {
        say::print(p, question).await?;
        say::flush(p).await?;
        match self.answers.next(p).await {
            Ok(Some(line)) => Ok(line.trim_end_with(|c| c == '\n').into()),
            _ => Err(say::die(p, "can't read standard input").await),
        }
    }

    async fn decode(&self, p: &mut Process, file: &File, content: &[u8]) -> Result<Vec<u8>, Exit> {
        let limit = p.limits().memory;
        let decoded = match file.method {
            0 => Decoded { bytes: content.to_vec(), fault: None },
            8 => codec::inflate(content, limit),
            12 => Codec::Bzip2.decode(content, limit),
            95 => Codec::Xz.decode(content, limit),
            14 => codec::lzma_in_zip(content, file.size, limit),
            other => return Err(say::die(p, format!("unsupported method {other}")).await),
        };
        let mut fault = decoded.fault;
        if fault.is_none() && file.method == 8 && codec::crc32(&decoded.bytes) != file.crc {
            fault = Some("crc error");
        }
        match fault {
            None => Ok(decoded.bytes),
            Some(fault) => {
                say::error(p, fault).await;
                Err(say::die(p, "inflate error").await)
            }
        }
    }

    async fn write(&self, p: &mut Process, file: &File, name: &BStr, content: &[u8]) -> Result<(), Exit> {
        const TYPE: u32 = 0o170_000;
        const LINK: u32 = 0o120_000;
        if file.mode.is_some_and(|mode| mode & TYPE == LINK) {
            return match p.symlink(content, name) {
                Ok(()) => Ok(()),
                Err(_) => Err(say::die(p, bytes!("can't create symlink '{}' to '{}'", name, content)).await),
            };
        }
        // Without a Unix mode files are everybody's; with one that says nothing they are the owner's.
        let mode = match file.mode {
            None => 0o666,
            Some(0) => 0o600,
            Some(mode) => mode & if self.set_id { 0o7777 } else { 0o777 },
        };
        let written = write_file(p, name, mode, content).await;
        match written {
            Ok(()) => Ok(()),
            Err(errno) => Err(say::die_errno(p, bytes!("can't open '{}'", name), errno).await),
        }
    }
}

async fn write_file(p: &mut Process, name: &BStr, mode: u32, content: &[u8]) -> Result<(), Errno> {
    let fd = p.open(name, OpenFlags::OUTPUT, Mode::new(mode)).await?;
    let written = p.write_all(fd, content).await;
    stream::close(p, fd);
    written
}
