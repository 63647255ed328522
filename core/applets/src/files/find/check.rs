//! The tests of an expression.

use bstr::{BString, ByteSlice};
use kernel::Process;
use pattern::{FnmatchFlags, Regex, fnmatch};
use vfs::{FileType, Stat};

use crate::frame::path;

/// The file that an expression is asked about.
pub(super) struct File<'a> {
    pub(super) path: &'a BString,
    pub(super) kind: FileType,
    /// There when [`Check::needs_stat`] of any check of the expression.
    pub(super) stat: Option<&'a Stat>,
}

/// `N`, `+N` or `-N`.
#[derive(Clone, Copy)]
pub(super) struct Amount {
    pub(super) sign: Sign,
    pub(super) value: u64,
}

/// What stands before a number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    None,
    Plus,
    Minus,
}

impl Amount {
    fn is(self, value: u64) -> bool {
        match self.sign {
            Sign::None => value == self.value,
            Sign::Plus => value > self.value,
            Sign::Minus => value < self.value,
        }
    }

    /// The number as the whole units of an age in seconds.
    fn is_age(self, seconds: i64, unit: i64) -> bool {
        let limit = i64::try_from(self.value).unwrap_or(i64::MAX).saturating_mul(unit);
        match self.sign {
            Sign::Plus => seconds >= limit.saturating_add(unit),
            Sign::Minus => seconds < limit,
            Sign::None => seconds >= limit && seconds < limit.saturating_add(unit),
        }
    }
}

/// How `-perm` compares.
#[derive(Clone, Copy)]
pub(super) enum Bits {
    Exactly(u32),
    All(u32),
    Any(u32),
}

/// One test.
pub(super) enum Check {
    Name {
        pattern: BString,
        casefold: bool,
    },
    Path {
        pattern: BString,
        casefold: bool,
    },
    Regex(Box<Regex>),
    Kind(FileType),
    Executable,
    Mode(Bits),
    /// Of the modification, in units of so many seconds.
    Age {
        unit: i64,
        amount: Amount,
    },
    Newer(i64),
    Inode(u64),
    User(u32),
    Group(u32),
    Size(Amount),
    Links(Amount),
    Empty,
}

impl Check {
    /// Whether the check looks at more than path and kind.
    pub(super) fn needs_stat(&self) -> bool {
        !matches!(
            self,
            Self::Name { .. } | Self::Path { .. } | Self::Regex(_) | Self::Kind(_) | Self::Executable
        )
    }

    /// Whether it holds for the file.
    pub(super) fn holds(&self, p: &mut Process, file: &File<'_>) -> bool {
        match self {
            Self::Name { pattern, casefold } => {
                let flags = FnmatchFlags { casefold: *casefold, ..FnmatchFlags::default() };
                fnmatch(pattern, path::last_part(file.path.as_bstr()), flags)
            }
            Self::Path { pattern, casefold } => {
                let flags = FnmatchFlags { casefold: *casefold, ..FnmatchFlags::default() };
                fnmatch(pattern, file.path, flags)
            }
            Self::Regex(regex) => regex
                .find(file.path, 0, false)
                .is_some_and(|found| found.start() == 0 && found.end() == file.path.len()),
            Self::Kind(kind) => file.kind == *kind,
            Self::Executable => p.access(file.path, false, false, true).is_ok(),
            _ => file.stat.is_some_and(|stat| self.holds_for(p, file, stat)),
        }
    }

    fn holds_for(&self, p: &mut Process, file: &File<'_>, stat: &Stat) -> bool {
        match self {
            Self::Mode(bits) => {
                let mode = stat.mode.bits();
                match bits {
                    Bits::Exactly(mask) => mode == *mask,
                    Bits::All(mask) => mode & mask == *mask,
                    Bits::Any(mask) => mode & mask != 0,
                }
            }
            Self::Age { unit, amount } => amount.is_age(p.now().secs() - stat.mtime.secs(), *unit),
            Self::Newer(time) => stat.mtime.secs() > *time,
            Self::Inode(number) => stat.ino.0 == *number,
            Self::User(uid) => stat.uid == *uid,
            Self::Group(gid) => stat.gid == *gid,
            Self::Size(amount) => amount.is(stat.size),
            Self::Links(amount) => amount.is(stat.nlink.into()),
            Self::Empty if file.kind == FileType::Directory => {
                p.read_dir(file.path).is_ok_and(|entries| entries.is_empty())
            }
            Self::Empty => file.kind == FileType::Regular && stat.size == 0,
            _ => false,
        }
    }
}
