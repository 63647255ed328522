//! diff: unified output alone, as busybox has it.

mod lines;
mod report;
mod tree;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{FileType, Follow, Stat};

use self::report::Style;
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{number, path, say, stream, usage};

pub(crate) const USAGE: &str = "[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2

Print the lines in which two files differ, with those around them

	-a	All files are text
	-b	Changes of the width of blanks do not count
	-B	Changes of empty lines do not count
	-d	Look for the fewest changes
	-i	Upper and lower case are the same
	-L	The name of a file in the heading
	-N	A file that is not there is an empty one
	-q	Only say whether the files differ
	-r	Directories below directories, too
	--no-dereference	Symbolic links are not followed
	-S	Begin with FILE in a directory
	-T	A tab after the first character, so that tabs line up
	-s	Say when two files are the same
	-t	Tabs become blanks
	-U	LINES lines around each change
	-w	Blanks do not count at all";

/// The key of `--no-dereference`, which has no letter.
const STAY: char = '\u{ff}';

const OPTIONS: Options = Options::new(USAGE, "abdiL:NqrsS:tTU:wupBE\u{ff}").long(&[
    ("ignore-space-change", 'b'),
    ("ignore-all-space", 'w'),
    ("ignore-blank-lines", 'B'),
    ("ignore-case", 'i'),
    ("initial-tab", 'T'),
    ("minimal", 'd'),
    ("text", 'a'),
    ("expand-tabs", 't'),
    ("new-file", 'N'),
    ("no-dereference", STAY),
    ("recursive", 'r'),
    ("report-identical-files", 's'),
    ("brief", 'q'),
    ("label", 'L'),
    ("unified", 'U'),
    ("show-c-function", 'p'),
    ("starting-file", 'S'),
]);

/// What the options ask for.
struct Diff {
    style: Style,
    text: bool,
    absent_is_empty: bool,
    brief: bool,
    recursive: bool,
    stay: bool,
    /// Operands are always followed, entries of directories are not with `--no-dereference`.
    inside: bool,
    identical: bool,
    labels: Vec<BString>,
    start: Option<BString>,
    /// 0: all the same, 1: differences, 2: trouble.
    status: u8,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let context = match opts.value('U').map(|text| number::unsigned(text, 0, i32::MAX as u64, &[])) {
        None => 3,
        Some(Ok(context)) => context as usize,
        Some(Err(message)) => {
            say::error(p, message).await;
            return Err(Exit(2));
        }
    };
    let [left, right] = opts.operands.as_slice() else {
        return Err(usage::misuse(p, USAGE, 1).await);
    };
    let mut diff = plan(&opts, context);
    let mut names = [left.clone(), right.clone()];
    let mut stats = [diff.stat(p, left.as_bstr()).await?, diff.stat(p, right.as_bstr()).await?];
    if stats.iter().all(Option::is_none) {
        return Err(Exit(diff.missing(p, left.as_bstr()).await));
    }
    if let [Some(one), Some(other)] = &stats
        && one.ino == other.ino
        && p.device(left, Follow::Yes).ok() == p.device(right, Follow::Yes).ok()
    {
        // Nothing is read, and nothing said.
        return Ok(Exit(0));
    }
    for side in 0..2 {
        let (this, other) = (is_directory(&stats[side]), is_directory(&stats[1 - side]));
        if this && !other {
            let name = path::last_part(names[1 - side].as_bstr()).to_owned();
            names[side] = path::join(names[side].as_bstr(), name.as_bstr());
            stats[side] = diff.stat(p, names[side].clone().as_bstr()).await.map_err(|_| Exit(1))?;
        }
    }
    if is_directory(&stats[0]) && is_directory(&stats[1]) {
        diff.inside = true;
        diff.directories(p, &names[0], &names[1]).await?;
    } else {
        diff.files(p, &names, &stats).await?;
    }
    Ok(Exit(diff.status))
}

fn plan(opts: &Matches, context: usize) -> Diff {
    Diff {
        style: Style {
            context,
            space_change: opts.has('b'),
            no_space: opts.has('w'),
            blank_lines: opts.has('B'),
            fold: opts.has('i'),
            thorough: opts.has('d'),
            tab: opts.has('T'),
            expand: opts.has('t'),
        },
        text: opts.has('a'),
        absent_is_empty: opts.has('N'),
        brief: opts.has('q'),
        recursive: opts.has('r'),
        stay: opts.has(STAY),
        inside: false,
        identical: opts.has('s'),
        labels: opts.values('L').map(BString::from).collect(),
        start: opts.value('S').map(BString::from),
        status: 0,
    }
}

fn is_directory(stat: &Option<Stat>) -> bool {
    stat.as_ref().is_some_and(|stat| stat.file_type == FileType::Directory)
}

impl Diff {
    /// What a file is; `None` with `-N` when it is not there.
    async fn stat(&mut self, p: &mut Process, name: &BStr) -> Result<Option<Stat>, Exit> {
        let stat = if name == "-" {
            p.fstat(stream::STDIN)
        } else if self.stay && self.inside {
            p.lstat(name)
        } else {
            p.stat(name)
        };
        match stat {
            Ok(stat) => Ok(Some(stat)),
            Err(_) if self.absent_is_empty => Ok(None),
            Err(_) => Err(Exit(self.missing(p, name).await)),
        }
    }

    async fn missing(&self, p: &mut Process, name: &BStr) -> u8 {
        if let Err(errno) = p.stat(name) {
            say::errno(p, bytes!("can't stat '{}'", name), errno).await;
        }
        2
    }

    /// Compares two files, either of which may be missing.
    async fn files(
        &mut self,
        p: &mut Process,
        names: &[BString; 2],
        stats: &[Option<Stat>; 2],
    ) -> Result<(), Exit> {
        if let [Some(left), Some(right)] = stats
            && left.file_type != right.file_type
            && !(names[0] == "-" || names[1] == "-")
        {
            let kinds = [kind(left), kind(right)];
            let line =
                bytes!("File {} is a {} while file {} is a {}\n", names[0], kinds[0], names[1], kinds[1]);
            return say::print(p, line).await;
        }
        let mut texts = [Vec::new(), Vec::new()];
        for side in 0..2 {
            if stats[side].is_none() {
                continue;
            }
            match stream::read_operand(p, names[side].as_bstr()).await {
                Ok(text) => texts[side] = text,
                Err(errno) => {
                    say::errno(p, &names[side], errno).await;
                    self.status = 2;
                    return Ok(());
                }
            }
        }
        self.texts(p, names, stats, &texts).await
    }

    async fn texts(
        &mut self,
        p: &mut Process,
        names: &[BString; 2],
        stats: &[Option<Stat>; 2],
        texts: &[Vec<u8>; 2],
    ) -> Result<(), Exit> {
        let cost = (texts[0].len() + texts[1].len()) / 16;
        p.tick(u32::try_from(cost).unwrap_or(u32::MAX)).await;
        let binary = !self.text && texts.iter().any(|text| text.contains(&0));
        let hunks = match (texts[0] == texts[1], binary) {
            (true, _) => Vec::new(),
            (false, true) => b"binary".to_vec(),
            (false, false) => self.style.hunks(&texts[0], &texts[1]),
        };
        if hunks.is_empty() {
            if self.identical {
                say::print(p, bytes!("Files {} and {} are identical\n", names[0], names[1])).await?;
            }
            return Ok(());
        }
        self.status = self.status.max(1);
        if self.brief || binary {
            return say::print(p, bytes!("Files {} and {} differ\n", names[0], names[1])).await;
        }
        let mut shown = names.clone();
        for side in 0..2 {
            if let Some(label) = self.labels.get(side) {
                shown[side] = label.clone();
            } else if stats[side].is_none() && self.recursive {
                shown[side] = "/dev/null".into();
            }
        }
        say::print(p, bytes!("--- {}\n+++ {}\n{}", shown[0], shown[1], hunks)).await
    }
}

/// The words for what is no plain file.
fn kind(stat: &Stat) -> &'static str {
    match stat.file_type {
        FileType::Directory => "directory",
        FileType::Symlink => "symbolic link",
        FileType::CharDevice => "character special file",
        FileType::BlockDevice => "block special file",
        FileType::Fifo => "fifo",
        FileType::Socket => "socket",
        _ if stat.size == 0 => "regular empty file",
        _ => "regular file",
    }
}
