use std::cell::Cell;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::FileType;

use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{number, path, say, stream, usage};

mod matcher;
mod search;

use matcher::Matcher;
use search::{Outcome, Report};

pub(crate) const USAGE: &str =
    "[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...

Print the lines of FILEs (or stdin) that match PATTERN

	-H	Put the file name before each line
	-h	Don't
	-n	Put the line number before each line
	-l	Print only the names of files with a match
	-L	Print only the names of files without one
	-c	Print only how many lines match
	-o	Print only what matched
	-q	Print nothing; the status tells
	-v	Select the lines that don't match
	-s	No messages about files that can't be read
	-r	Go down directories
	-R	Same, following symlinks
	-i	Upper and lower case are the same
	-w	The match must be a word
	-x	The match must be the line
	-F	PATTERN is plain text
	-E	PATTERN is an extended regex
	-m N	Stop after N lines of a file
	-A N	Print N lines after a match
	-B N	Print N lines before a match
	-C N	Both
	-e PTRN	A pattern
	-f FILE	Read patterns from FILE";

const OPTIONS: Options =
    Options::new(USAGE, "lnqvscFiHhe:f:LorRm:wxA:B:C:EaI").long(&[("color", '\u{100}')]).misuse_status(2);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let mut args = p.args().to_vec();
    // The optional value of --color changes nothing in what this build prints.
    args.retain(|word| !word.starts_with(b"--color") && !word.starts_with(b"--colour"));
    let opts = OPTIONS.parse_words(p, &args).await?;
    let mut files = opts.operands.clone();
    let patterns = patterns(p, &opts, &mut files).await?;
    let name = say::name(p);
    let fixed = opts.has('F') || name == "fgrep";
    let extended = opts.has('E') || name == "egrep";
    let matcher = match Matcher::new(&patterns, &opts, fixed, extended) {
        Ok(matcher) => matcher,
        Err(message) => {
            say::error(p, message).await;
            return Err(Exit(2));
        }
    };
    let report = report(p, &opts, files.len() > 1).await?;
    if report.most == Some(0) {
        return Ok(Exit(1));
    }
    let quiet_errors = opts.has('s');
    let follow = opts.has('R');
    let mut grep = Grep { matcher, report, quiet_errors, follow, matched: false, failed: false };
    for file in stream::or_stdin(files) {
        let recurse = opts.has('r') || opts.has('R');
        if recurse && p.stat(&file).is_ok_and(|stat| stat.file_type == FileType::Directory) {
            grep.report.name = !opts.has('h');
            grep.directory(p, file.as_bstr()).await?;
        } else {
            grep.file(p, file.as_bstr()).await?;
        }
    }
    Ok(Exit(if grep.failed { 2 } else { u8::from(!grep.matched) }))
}

/// The patterns of -e and -f, else the first operand; each line is one.
async fn patterns(p: &mut Process, opts: &Matches, files: &mut Vec<BString>) -> Result<Vec<BString>, Exit> {
    let mut texts: Vec<BString> = Vec::new();
    let mut given = false;
    for (key, value) in opts.given() {
        let value = value.unwrap_or_default();
        if key == 'e' {
            given = true;
            texts.extend(value.split_str("\n").map(BString::from));
        } else if key == 'f' {
            given = true;
            match stream::read_operand(p, value).await {
                Ok(all) => texts.extend(all.lines().map(BString::from)),
                Err(errno) => {
                    say::errno(p, value, errno).await;
                    return Err(Exit(2));
                }
            }
        }
    }
    if !given {
        if files.is_empty() {
            return Err(usage::misuse(p, USAGE, 2).await);
        }
        texts.extend(files.remove(0).split_str("\n").map(BString::from));
    }
    Ok(texts)
}

async fn report(p: &mut Process, opts: &Matches, many: bool) -> Result<Report, Exit> {
    let mut counts = [None; 4];
    for (count, key) in counts.iter_mut().zip(['A', 'B', 'C', 'm']) {
        if let Some(value) = opts.value(key) {
            match number::unsigned(value, 0, i32::MAX as u64, &[]) {
                Ok(value) => *count = Some(value),
                Err(message) => {
                    say::error(p, message).await;
                    return Err(Exit(2));
                }
            }
        }
    }
    let [after, before, around, most] = counts;
    let [quiet, names_with, names_without, counts] = ['q', 'l', 'L', 'c'].map(|key| opts.has(key));
    let context = !(quiet || names_with || names_without || counts);
    let lines = |count: Option<u64>| count.or(around).filter(|_| context).unwrap_or(0);
    let last_name = opts.last_of(&['H', 'h']);
    Ok(Report {
        quiet,
        names_with,
        names_without,
        counts,
        parts: opts.has('o'),
        name: last_name.map_or(many, |key| key == 'H'),
        number: opts.has('n'),
        invert: opts.has('v'),
        after: lines(after),
        before: lines(before),
        most,
        last_printed: Cell::new(0),
    })
}

struct Grep {
    matcher: Matcher,
    report: Report,
    quiet_errors: bool,
    follow: bool,
    matched: bool,
    failed: bool,
}

impl Grep {
    async fn file(&mut self, p: &mut Process, name: &BStr) -> Result<(), Exit> {
        let fd = match stream::open(p, name).await {
            Ok(fd) => fd,
            Err(errno) => {
                self.failed = true;
                if !self.quiet_errors {
                    say::errno(p, name, errno).await;
                }
                return Ok(());
            }
        };
        let shown = if name == "-" { BStr::new("(standard input)") } else { name };
        let outcome = search::search(p, fd, shown, &self.matcher, &self.report).await;
        stream::close(p, fd);
        match outcome? {
            Outcome::Hit => self.matched = true,
            Outcome::Miss => {}
            // A match is the answer, whatever else went wrong.
            Outcome::Quit => return Err(Exit(0)),
        }
        Ok(())
    }

    /// Searches all files below a directory, in the order of their names.
    async fn directory(&mut self, p: &mut Process, top: &BStr) -> Result<(), Exit> {
        let mut waiting = vec![BString::from(top)];
        while let Some(name) = waiting.pop() {
            p.tick(1).await;
            let is_top = name == top;
            let stat = if is_top || self.follow { p.stat(&name) } else { p.lstat(&name) };
            let stat = match stat {
                Ok(stat) => stat,
                Err(errno) => {
                    self.failed = true;
                    say::errno(p, &name, errno).await;
                    continue;
                }
            };
            match stat.file_type {
                FileType::Directory => match p.read_dir(&name) {
                    Ok(entries) => waiting.extend(
                        entries.iter().rev().map(|entry| path::join(name.as_bstr(), entry.name.as_bstr())),
                    ),
                    Err(errno) => {
                        self.failed = true;
                        say::errno(p, bytes!("can't open '{}'", name), errno).await;
                    }
                },
                FileType::Symlink if p.stat(&name).is_ok_and(|to| to.file_type == FileType::Directory) => {}
                _ => self.file(p, name.as_bstr()).await?,
            }
        }
        Ok(())
    }
}
