//! Reading an expression.

use bstr::{BStr, BString, ByteSlice};
use kernel::Process;
use pattern::{Regex, RegexOptions};
use vfs::FileType;

use super::check::{Amount, Bits, Check, Sign};
use super::exec::Command;
use super::program::{Action, Alternatives, Program, Term};
use crate::files::mode;
use crate::files::owner;
use crate::frame::number;
use crate::users::database::Database;

/// An expression with the options in it.
pub(super) struct Parsed {
    pub(super) program: Program,
    pub(super) commands: Vec<Command>,
    /// Paths are printed for which the expression holds: no action of it prints or changes anything.
    pub(super) prints: bool,
    pub(super) depth_first: bool,
    pub(super) one_file_system: bool,
    pub(super) follow_all: bool,
    pub(super) follow_operands: bool,
    pub(super) needs_stat: bool,
    pub(super) least_depth: usize,
    pub(super) most_depth: usize,
}

/// Why a command line was refused.
pub(super) enum Misuse {
    Message(BString),
    /// A word that is no action: the usage text follows.
    Unrecognized(BString),
}

/// Groups nest at most this deep.
const DEEPEST: usize = 200;

/// Reads the words after the paths.
pub(super) fn parse(p: &mut Process, database: &Database, words: &[BString]) -> Result<Parsed, Misuse> {
    let mut parser = Parser {
        p,
        database,
        words,
        commands: Vec::new(),
        prints: true,
        depth_first: false,
        one_file_system: false,
        follow_all: false,
        least_depth: 0,
        most_depth: usize::MAX,
    };
    let expression = parser.expression(0)?;
    let program = Program::new(expression);
    Ok(Parsed {
        needs_stat: program.needs_stat(),
        program,
        commands: parser.commands,
        prints: parser.prints,
        depth_first: parser.depth_first,
        one_file_system: parser.one_file_system,
        follow_all: parser.follow_all,
        follow_operands: false,
        least_depth: parser.least_depth,
        most_depth: parser.most_depth,
    })
}

struct Parser<'a> {
    p: &'a mut Process,
    database: &'a Database,
    words: &'a [BString],
    commands: Vec<Command>,
    prints: bool,
    depth_first: bool,
    one_file_system: bool,
    follow_all: bool,
    least_depth: usize,
    most_depth: usize,
}

impl Parser<'_> {
    fn expression(&mut self, depth: usize) -> Result<Alternatives, Misuse> {
        let mut groups: Alternatives = vec![Vec::new()];
        let mut inverted = false;
        while let Some((word, rest)) = self.words.split_first() {
            self.words = rest;
            let term = match word.as_slice() {
                b"-a" | b"-and" => continue,
                b"!" | b"-not" => {
                    inverted = !inverted;
                    continue;
                }
                b"-o" | b"-or" => {
                    groups.push(Vec::new());
                    inverted = false;
                    continue;
                }
                b")" if depth > 0 => return Ok(groups),
                b"(" if depth == DEEPEST => {
                    return Err(Misuse::Message("'(' nested too deeply".into()));
                }
                b"(" => Term::Group(self.expression(depth + 1)?),
                _ if self.option(word.as_bstr())? => continue,
                _ => Term::Action(self.action(word.as_bstr())?),
            };
            let group = groups.last_mut().map(|group| group.push((term, inverted)));
            debug_assert!(group.is_some());
            inverted = false;
        }
        if depth > 0 { Err(Misuse::Message("unpaired '('".into())) } else { Ok(groups) }
    }

    /// Takes a word that holds for the whole walk.
    fn option(&mut self, word: &BStr) -> Result<bool, Misuse> {
        match word.as_bytes() {
            b"-depth" => self.depth_first = true,
            b"-xdev" => self.one_file_system = true,
            b"-follow" => self.follow_all = true,
            b"-maxdepth" => self.most_depth = self.level(word)?,
            b"-mindepth" => self.least_depth = self.level(word)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn level(&mut self, word: &BStr) -> Result<usize, Misuse> {
        let text = self.argument(word)?;
        let level = number::unsigned(text.as_bstr(), 0, i32::MAX as u64, &[]).map_err(Misuse::Message)?;
        Ok(usize::try_from(level).unwrap_or(usize::MAX))
    }

    fn argument(&mut self, word: &BStr) -> Result<BString, Misuse> {
        let (argument, rest) = self
            .words
            .split_first()
            .ok_or_else(|| Misuse::Message(bytes!("{} requires an argument", word)))?;
        self.words = rest;
        Ok(argument.clone())
    }

    fn action(&mut self, word: &BStr) -> Result<Action, Misuse> {
        let action = match word.as_bytes() {
            b"-print" => Action::Print(b'\n'),
            b"-print0" => Action::Print(0),
            b"-prune" => return Ok(Action::Prune),
            b"-quit" => return Ok(Action::Quit),
            b"-delete" => {
                self.depth_first = true;
                Action::Delete
            }
            b"-exec" => self.command(word)?,
            _ => return Ok(Action::Check(self.check(word)?)),
        };
        self.prints = false;
        Ok(action)
    }

    fn command(&mut self, word: &BStr) -> Result<Action, Misuse> {
        let end = self.words.iter().position(|word| word == ";" || word == "+").filter(|end| *end > 0);
        let end = end.ok_or_else(|| Misuse::Message(bytes!("{} requires an argument", word)))?;
        let words = self.words[..end].to_vec();
        let batched = self.words[end] == "+";
        let places: usize = words.iter().map(|word| word.find_iter("{}").count()).sum();
        if batched && places != 1 {
            return Err(Misuse::Message("only one '{}' allowed for -exec +".into()));
        }
        self.words = &self.words[end + 1..];
        self.commands.push(Command { words, batched });
        Ok(Action::Run(self.commands.len() - 1))
    }

    fn check(&mut self, word: &BStr) -> Result<Check, Misuse> {
        match word.as_bytes() {
            b"-executable" => return Ok(Check::Executable),
            b"-empty" => return Ok(Check::Empty),
            b"-name" | b"-iname" | b"-path" | b"-wholename" | b"-ipath" | b"-regex" | b"-type" | b"-perm"
            | b"-mtime" | b"-atime" | b"-ctime" | b"-mmin" | b"-newer" | b"-inum" | b"-user" | b"-group"
            | b"-size" | b"-links" => {}
            _ => return Err(Misuse::Unrecognized(word.to_owned())),
        }
        let argument = self.argument(word)?;
        let text = argument.as_bstr();
        let age = |unit| Ok(Check::Age { unit, amount: amount(text, &[])? });
        match word.as_bytes() {
            b"-name" => Ok(Check::Name { pattern: argument, casefold: false }),
            b"-iname" => Ok(Check::Name { pattern: argument, casefold: true }),
            b"-path" | b"-wholename" => Ok(Check::Path { pattern: argument, casefold: false }),
            b"-ipath" => Ok(Check::Path { pattern: argument, casefold: true }),
            b"-regex" => regex(text),
            b"-type" => kind(text),
            b"-perm" => permissions(text),
            // busybox 1.36 looks at the time of modification for all three.
            b"-mtime" | b"-atime" | b"-ctime" => age(24 * 60 * 60),
            b"-mmin" => age(60),
            b"-newer" => match self.p.stat(text) {
                Ok(stat) => Ok(Check::Newer(stat.mtime.secs())),
                Err(errno) => Err(Misuse::Message(bytes!("can't stat '{}': {}", text, errno.to_string()))),
            },
            b"-inum" => number::unsigned(text, 0, u64::MAX, &[]).map(Check::Inode).map_err(Misuse::Message),
            b"-user" => owner::user_id(self.database, text)
                .map(Check::User)
                .ok_or_else(|| Misuse::Message(bytes!("unknown user {}", text))),
            b"-group" => owner::group_id(self.database, text)
                .map(Check::Group)
                .ok_or_else(|| Misuse::Message(bytes!("unknown group {}", text))),
            b"-size" => {
                Ok(Check::Size(amount(text, &[("", 512), ("b", 512), ("c", 1), ("w", 2), ("k", 1024)])?))
            }
            _ => Ok(Check::Links(amount(text, &[])?)),
        }
    }
}

fn amount(text: &BStr, suffixes: number::Suffixes) -> Result<Amount, Misuse> {
    let (sign, digits) = match text.first() {
        Some(b'+') => (Sign::Plus, &text[1..]),
        Some(b'-') => (Sign::Minus, &text[1..]),
        _ => (Sign::None, text),
    };
    let value = number::unsigned(digits.as_bstr(), 0, u64::MAX, suffixes).map_err(Misuse::Message)?;
    Ok(Amount { sign, value })
}

fn regex(text: &BStr) -> Result<Check, Misuse> {
    Regex::new(text, RegexOptions::default())
        .map(|regex| Check::Regex(Box::new(regex)))
        .map_err(|error| Misuse::Message(bytes!("bad regex '{}': {}", text, error.to_string())))
}

fn kind(text: &BStr) -> Result<Check, Misuse> {
    Ok(Check::Kind(match text.as_bytes() {
        b"f" => FileType::Regular,
        b"d" => FileType::Directory,
        b"l" => FileType::Symlink,
        b"b" => FileType::BlockDevice,
        b"c" => FileType::CharDevice,
        b"s" => FileType::Socket,
        b"p" => FileType::Fifo,
        _ => return Err(Misuse::Message(bytes!("invalid argument '{}' to '-type'", text))),
    }))
}

fn permissions(text: &BStr) -> Result<Check, Misuse> {
    let (make, mask): (fn(u32) -> Bits, &BStr) = match text.first() {
        Some(b'-') => (Bits::All, text[1..].as_bstr()),
        Some(b'+' | b'/') => (Bits::Any, text[1..].as_bstr()),
        _ => (Bits::Exactly, text),
    };
    let bits =
        mode::parse(mask, 0, 0, false).ok_or_else(|| Misuse::Message(bytes!("invalid mode '{}'", mask)))?;
    Ok(Check::Mode(make(bits)))
}
