mod columns;
mod long;
mod order;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{FileType, Stat};

use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::STDOUT;
use crate::frame::table::Ended;
use crate::frame::{number, path, say, usage};
use crate::users::database::Database;

pub(crate) const USAGE: &str = "[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...

List what is in directories

	-1	One name a line
	-a	Names that begin with a dot too
	-A	Like -a, without . and ..
	-C	In columns
	-x	In columns, sorted by line
	-d	Directories themselves, not what is in them
	-L	Follow links
	-H	Follow links that are operands
	-R	And what is in directories below
	-p	A / after directories
	-F	One of */=@| after names, for the kind
	-l	Long form
	-i	Inode numbers
	-n	Long form with numbers for users and groups
	-s	Blocks of 1 KiB
	-c	Change time
	-u	Access time
	--full-time	Whole times
	-h	Sizes as 1K 243M 2G
	--group-directories-first
	-S	Sort by size
	-X	Sort by extension
	-v	Sort by version
	-t	Sort by time
	-r	Sort in reverse
	-w N	N columns wide
	--color[={always,never,auto}]";

const FULL_TIME: char = '\u{100}';
const DIRECTORIES_FIRST: char = '\u{101}';
const COLOR: char = '\u{102}';

const OPTIONS: Options = Options::new(USAGE, "Cadi1lgnsxAkcFpQRtuSXrvLHhT:w:\u{100}\u{101}\u{102}::")
    .long(&[("full-time", FULL_TIME), ("group-directories-first", DIRECTORIES_FIRST), ("color", COLOR)]);

/// How much room a name in columns has after it.
const GAP: usize = 2;

/// A file to show: the name as it is shown, the path it is found by.
pub(super) struct Entry {
    pub(super) name: BString,
    pub(super) path: BString,
    pub(super) stat: Stat,
}

struct Ls {
    opts: Matches,
    users: Database,
    color: bool,
    failed: bool,
    shown: bool,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let color = match opts.given().filter(|(key, _)| *key == COLOR).last() {
        None => p.isatty(STDOUT) && p.env().get("TERM").is_none_or(|term| term != "dumb"),
        Some((_, None)) => true,
        Some((_, Some(word))) => match word.as_bytes() {
            b"always" | b"yes" | b"force" => true,
            b"never" | b"no" | b"none" => false,
            b"auto" | b"tty" | b"if-tty" => p.isatty(STDOUT),
            _ => return Err(usage::misuse(p, USAGE, 1).await),
        },
    };
    let users = Database::read(p).await;
    let operands = if opts.operands.is_empty() { vec![".".into()] } else { opts.operands.clone() };
    let mut ls = Ls { opts, users, color, failed: false, shown: false };
    let columns = ls.columns(p).await?;
    let mut files = Vec::new();
    let mut directories = Vec::new();
    let follows =
        ls.opts.has('H') || !['d', 'F', 'l', 'n', 'g', 's', FULL_TIME].iter().any(|key| ls.opts.has(*key));
    for operand in &operands {
        let Some(stat) = ls.look(p, operand.as_bstr(), follows).await else { continue };
        let directory = stat.file_type == FileType::Directory && !ls.opts.has('d');
        let entry = Entry { name: operand.clone(), path: operand.clone(), stat };
        if directory { directories.push(entry) } else { files.push(entry) }
    }
    ls.sort(&mut files);
    ls.sort(&mut directories);
    if !files.is_empty() {
        ls.show(p, &files, columns).await?;
    }
    let headed = operands.len() > 1 || ls.opts.has('R');
    ls.directories(p, directories, headed, columns).await?;
    Ok(Exit(u8::from(ls.failed)))
}

impl Ls {
    /// The width to fill, when names are shown in columns.
    async fn columns(&self, p: &mut Process) -> Result<Option<usize>, Exit> {
        let mut width = p.term_size(STDOUT).map_or(80, |(columns, _)| usize::from(columns));
        if let Some(text) = self.opts.value('w') {
            match number::unsigned(text, 0, u64::from(u16::MAX), &[]) {
                Ok(0) => width = usize::from(u16::MAX),
                Ok(number) => width = usize::try_from(number).unwrap_or(width),
                Err(message) => return Err(say::die(p, message).await),
            }
        }
        let form = self.opts.last_of(&['C', 'x', '1', 'l', 'n', 'g', FULL_TIME]);
        let wide = matches!(form, Some('C' | 'x')) || (form.is_none() && p.isatty(STDOUT));
        Ok(wide.then_some(width))
    }

    async fn look(&mut self, p: &mut Process, path: &BStr, follow: bool) -> Option<Stat> {
        let stat = if follow || self.opts.has('L') { p.stat(path) } else { p.lstat(path) };
        match stat {
            Ok(stat) => Some(stat),
            Err(errno) => {
                say::errno(p, path, errno).await;
                self.failed = true;
                None
            }
        }
    }

    async fn directories(
        &mut self,
        p: &mut Process,
        list: Vec<Entry>,
        headed: bool,
        columns: Option<usize>,
    ) -> Result<(), Exit> {
        // A stack, so that deep trees need no deep recursion.
        let mut waiting: Vec<Entry> = list.into_iter().rev().collect();
        while let Some(directory) = waiting.pop() {
            if headed {
                let blank = if self.shown { "\n" } else { "" };
                say::print(p, bytes!("{}{}:\n", blank, directory.name)).await?;
                self.shown = true;
            }
            let Some(mut entries) = self.entries(p, &directory).await else { continue };
            self.sort(&mut entries);
            if self.opts.has('s') || self.is_long() {
                let blocks: u64 = entries.iter().map(|entry| entry.stat.blocks).sum();
                let total = self.blocks(blocks);
                say::print(p, bytes!("total {}\n", total)).await?;
            }
            self.show(p, &entries, columns).await?;
            if self.opts.has('R') {
                let below = entries.into_iter().filter(|entry| {
                    let dots = entry.name == "." || entry.name == "..";
                    entry.stat.file_type == FileType::Directory && !dots
                });
                waiting.extend(below.rev().map(|entry| Entry { name: entry.path.clone(), ..entry }));
            }
        }
        Ok(())
    }

    async fn entries(&mut self, p: &mut Process, directory: &Entry) -> Option<Vec<Entry>> {
        let listed = match p.read_dir(&directory.path) {
            Ok(listed) => listed,
            Err(errno) => {
                say::errno(p, bytes!("can't open '{}'", directory.name), errno).await;
                self.failed = true;
                return None;
            }
        };
        let all = self.opts.has('a');
        let mut names: Vec<BString> = if all { vec![".".into(), "..".into()] } else { Vec::new() };
        let hidden = all || self.opts.has('A');
        names.extend(
            listed.into_iter().map(|entry| entry.name).filter(|name| hidden || !name.starts_with(b".")),
        );
        let mut entries = Vec::with_capacity(names.len());
        for name in names {
            let path = path::join(directory.path.as_bstr(), name.as_bstr());
            if let Some(stat) = self.look(p, path.as_bstr(), false).await {
                entries.push(Entry { name, path, stat });
            }
        }
        Some(entries)
    }

    fn sort(&self, entries: &mut [Entry]) {
        order::sort(entries, &self.opts);
    }

    fn is_long(&self) -> bool {
        matches!(
            self.opts.last_of(&['C', 'x', '1', 'l', 'n', 'g', FULL_TIME]),
            Some('l' | 'n' | 'g' | FULL_TIME)
        ) || self.opts.has('1') && ['l', 'n', 'g', FULL_TIME].iter().any(|key| self.opts.has(*key))
    }

    async fn show(&mut self, p: &mut Process, entries: &[Entry], columns: Option<usize>) -> Result<(), Exit> {
        self.shown = true;
        let Some(width) = columns else {
            for entry in entries {
                let line = if self.is_long() { self.long(p, entry) } else { self.short(entry) };
                say::print(p, bytes!("{}\n", line)).await?;
                p.tick(1).await;
            }
            return Ok(());
        };
        let extra = if self.opts.has('s') { 5 } else { 0 } + if self.opts.has('i') { 12 } else { 0 };
        let cells: Vec<_> =
            entries.iter().map(|entry| (self.short(entry), self.short_width(entry))).collect();
        let longest = entries.iter().map(|entry| columns::width(&entry.name)).max().unwrap_or(0);
        let text = columns::fill(&cells, longest + extra + GAP, width, self.opts.has('x'));
        say::print(p, text).await
    }
}
