mod check;
mod exec;
mod parse;
mod program;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{Errno, FileType, Follow, Stat};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{say, usage};
use crate::users::database::Database;
use check::File;
use exec::Batch;
use parse::Parsed;
use program::{Action, FAIL, PASS, Step};

pub(crate) const USAGE: &str = "[-HL] [PATH]... [OPTIONS] [ACTIONS]

Look for files in PATHs (the current directory) and act on them (-print)

	-L,-follow	Follow links
	-H		Follow links that are PATHs
	-xdev		Stay on one file system
	-maxdepth N	Go down N levels at most
	-mindepth N	Leave the first N levels alone
	-depth		A directory after what is in it

Actions:
	( ACTIONS )	Group
	! ACT		The opposite
	ACT1 [-a] ACT2	Both
	ACT1 -o ACT2	Either; binds less than -a
	-name PATTERN	The name matches; -iname: in any case
	-path PATTERN	The path matches; -ipath: in any case
	-regex PATTERN	The whole path matches a regular expression
	-type X		Of this kind: one of f d l b c s p
	-executable	May be executed
	-perm MASK	These mode bits; with -, at least these; with +, any of these
	-mtime N	Changed N days ago; +N: more, -N: less
	-atime N	The same
	-ctime N	The same
	-mmin N		Changed N minutes ago
	-newer FILE	Changed later than FILE
	-inum N		Of this inode number
	-user NAME	Of this user, by name or number
	-group NAME	Of this group
	-size N[bck]	Of N blocks of 512 bytes, bytes or KiB
	-links N	Of N names
	-empty		An empty file or directory
	-prune		Do not go into this directory
	-print		Print the path
	-print0		Print the path and a NUL
	-exec CMD ARG ;	Run CMD, {} in it replaced by the path
	-exec CMD ARG +	Run CMD with many paths for {}
	-delete		Remove; turns -depth on
	-quit		End";

const OPTIONS: Options = Options::new(USAGE, "HLP").in_order();

/// What an expression did with a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Descend,
    Prune,
    Quit,
}

struct Find {
    parsed: Parsed,
    batches: Vec<Batch>,
    /// The file systems of the operands, for `-xdev`.
    devices: Vec<u64>,
    status: u8,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args().to_vec();
    let flags = words.iter().skip(1).take_while(|word| is_links_option(word)).count();
    let mut first = 1 + flags;
    let matches = OPTIONS.parse_words(p, &words[..first]).await?;
    if words.get(first).is_some_and(|word| word == "--") {
        first += 1;
    }
    let rest = &words[first..];
    let is_path = |word: &&BString| !word.starts_with(b"-") && *word != "!" && *word != "(";
    let paths = rest.iter().take_while(is_path).count();
    let database = Database::read(p).await;
    let mut parsed = match parse::parse(p, &database, &rest[paths..]) {
        Ok(parsed) => parsed,
        Err(parse::Misuse::Message(message)) => return Err(say::die(p, message).await),
        Err(parse::Misuse::Unrecognized(word)) => {
            say::error(p, bytes!("unrecognized: {}", word)).await;
            return Err(usage::misuse(p, USAGE, 1).await);
        }
    };
    parsed.follow_all |= matches.has('L');
    parsed.follow_operands |= matches.has('H') || parsed.follow_all;
    let operands = if paths == 0 { vec![".".into()] } else { rest[..paths].to_vec() };
    let batches = parsed.commands.iter().map(|_| Batch::default()).collect();
    let mut find = Find { parsed, batches, devices: Vec::new(), status: 0 };
    find.all(p, &operands).await
}

fn is_links_option(word: &BString) -> bool {
    word.len() > 1 && word.starts_with(b"-") && word[1..].iter().all(|byte| b"HLP".contains(byte))
}

/// A directory that the walk is in.
struct Open {
    /// The length of its path in the buffer.
    length: usize,
    stat: Option<Stat>,
    entries: std::vec::IntoIter<kernel::DirEntry>,
}

impl Find {
    async fn all(&mut self, p: &mut Process, operands: &[BString]) -> Ended {
        if self.parsed.one_file_system {
            for operand in operands {
                self.devices.extend(p.device(operand, Follow::Yes));
            }
        }
        for operand in operands {
            if self.from(p, operand.as_bstr()).await? == Verdict::Quit {
                return Ok(Exit(self.status));
            }
        }
        for (command, batch) in self.parsed.commands.iter().zip(&mut self.batches) {
            if !batch.flush(p, command).await {
                return Ok(Exit(1));
            }
        }
        Ok(Exit(self.status))
    }

    /// Goes through the tree below an operand; busybox's order, with entries sorted.
    async fn from(&mut self, p: &mut Process, operand: &BStr) -> Result<Verdict, Exit> {
        let mut path = operand.to_owned();
        let mut open: Vec<Open> = Vec::new();
        if self.meet(p, &path, &mut open, None).await? == Verdict::Quit {
            return Ok(Verdict::Quit);
        }
        while let Some(top) = open.last_mut() {
            p.tick(1).await;
            path.truncate(top.length);
            if let Some(entry) = top.entries.next() {
                if !path.ends_with(b"/") {
                    path.push(b'/');
                }
                path.extend_from_slice(&entry.name);
                if self.meet(p, &path, &mut open, Some(entry.file_type)).await? == Verdict::Quit {
                    return Ok(Verdict::Quit);
                }
            } else if let Some(done) = open.pop()
                && self.parsed.depth_first
                && self.act(p, &path, (FileType::Directory, done.stat), open.len()).await? == Verdict::Quit
            {
                return Ok(Verdict::Quit);
            }
        }
        Ok(Verdict::Descend)
    }

    /// Looks at a file, acts on it, and opens it when it is a directory to go into.
    async fn meet(
        &mut self,
        p: &mut Process,
        path: &BString,
        open: &mut Vec<Open>,
        listed: Option<FileType>,
    ) -> Result<Verdict, Exit> {
        let (kind, stat) = match self.look(p, path, open.len(), listed) {
            Ok(seen) => seen,
            Err(errno) => return Ok(self.lost(p, path, errno).await),
        };
        let directory = kind == FileType::Directory;
        let mut verdict = Verdict::Descend;
        if !(directory && self.parsed.depth_first) {
            verdict = self.act(p, path, (kind, stat.clone()), open.len()).await?;
        }
        if !directory || verdict != Verdict::Descend {
            return Ok(verdict);
        }
        match p.read_dir(path) {
            Ok(entries) => open.push(Open { length: path.len(), stat, entries: entries.into_iter() }),
            Err(errno) => return Ok(self.lost(p, path, errno).await),
        }
        Ok(Verdict::Descend)
    }

    async fn lost(&mut self, p: &mut Process, path: &BString, errno: Errno) -> Verdict {
        say::errno(p, path, errno).await;
        self.status |= 1;
        Verdict::Descend
    }

    /// The kind of a file, and the rest of what is known of it where the expression asks for that.
    fn look(
        &self,
        p: &mut Process,
        path: &BString,
        depth: usize,
        listed: Option<FileType>,
    ) -> Result<(FileType, Option<Stat>), Errno> {
        let follow = self.parsed.follow_all || (self.parsed.follow_operands && depth == 0);
        if let Some(kind) = listed
            && !self.parsed.needs_stat
            && !(follow && kind == FileType::Symlink)
        {
            return Ok((kind, None));
        }
        let stat = if follow {
            match p.stat(path) {
                // A dangling link stands for itself.
                Err(Errno::ENOENT) => p.lstat(path)?,
                other => other?,
            }
        } else {
            p.lstat(path)?
        };
        Ok((stat.file_type, Some(stat)))
    }

    async fn act(
        &mut self,
        p: &mut Process,
        path: &BString,
        (kind, stat): (FileType, Option<Stat>),
        depth: usize,
    ) -> Result<Verdict, Exit> {
        let directory = kind == FileType::Directory;
        let inside = !(directory && self.parsed.one_file_system)
            || p.device(path, Follow::Yes).is_ok_and(|device| self.devices.contains(&device));
        if depth < self.parsed.least_depth {
            return Ok(if inside { Verdict::Descend } else { Verdict::Prune });
        }
        if depth > self.parsed.most_depth {
            return Ok(Verdict::Prune);
        }
        let verdict = self.evaluate(p, &File { path, kind, stat: stat.as_ref() }).await?;
        let stops = !inside || (directory && depth == self.parsed.most_depth);
        Ok(if stops && verdict == Verdict::Descend { Verdict::Prune } else { verdict })
    }

    async fn evaluate(&mut self, p: &mut Process, file: &File<'_>) -> Result<Verdict, Exit> {
        let mut verdict = Verdict::Descend;
        let mut at = self.parsed.program.entry;
        while at != PASS && at != FAIL {
            let Step { action, success, failure } = &self.parsed.program.steps[at];
            let succeeded = match action {
                Action::Check(check) => check.holds(p, file),
                Action::Print(end) => {
                    say::print(p, bytes!("{}{}", file.path, [*end])).await?;
                    true
                }
                Action::Prune => {
                    verdict = Verdict::Prune;
                    true
                }
                Action::Quit => return Ok(Verdict::Quit),
                Action::Delete => {
                    delete(p, file).await;
                    true
                }
                Action::Run(index) => {
                    let command = &self.parsed.commands[*index];
                    if command.batched {
                        self.batches[*index].add(p, command, file.path).await
                    } else {
                        command.run(p, std::slice::from_ref(file.path)).await
                    }
                }
            };
            at = if succeeded { *success } else { *failure };
        }
        if at == PASS && self.parsed.prints {
            say::print(p, bytes!("{}\n", file.path)).await?;
        }
        Ok(verdict)
    }
}

/// `-delete`: a failure is told, and nothing more.
async fn delete(p: &mut Process, file: &File<'_>) {
    let removed = match file.kind {
        FileType::Directory if file.path == "." => Ok(()),
        FileType::Directory => p.rmdir(file.path),
        _ => p.unlink(file.path),
    };
    if let Err(errno) = removed {
        say::errno(p, file.path, errno).await;
    }
}
