//! The options of `set`.

use std::fmt;

/// One option. The order is that of `set -o`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opt {
    ErrExit,
    NoGlob,
    IgnoreEof,
    Monitor,
    NoExec,
    XTrace,
    Verbose,
    NoClobber,
    AllExport,
    Notify,
    NoUnset,
    ErrTrace,
    Vi,
    PipeFail,
    Interactive,
    Stdin,
    /// Started with `-c`.
    Command,
}

/// Option, letter, name. Those without a name cannot be changed by `set -o`.
const TABLE: &[(Opt, Option<u8>, &str)] = &[
    (Opt::ErrExit, Some(b'e'), "errexit"),
    (Opt::NoGlob, Some(b'f'), "noglob"),
    (Opt::IgnoreEof, Some(b'I'), "ignoreeof"),
    (Opt::Interactive, Some(b'i'), ""),
    (Opt::Monitor, Some(b'm'), "monitor"),
    (Opt::NoExec, Some(b'n'), "noexec"),
    (Opt::Command, Some(b'c'), ""),
    (Opt::Stdin, Some(b's'), ""),
    (Opt::XTrace, Some(b'x'), "xtrace"),
    (Opt::Verbose, Some(b'v'), "verbose"),
    (Opt::NoClobber, Some(b'C'), "noclobber"),
    (Opt::AllExport, Some(b'a'), "allexport"),
    (Opt::Notify, Some(b'b'), "notify"),
    (Opt::NoUnset, Some(b'u'), "nounset"),
    (Opt::ErrTrace, Some(b'E'), "errtrace"),
    (Opt::Vi, None, "vi"),
    (Opt::PipeFail, None, "pipefail"),
];

impl Opt {
    /// The option of a letter.
    pub(crate) fn from_letter(letter: u8) -> Option<Opt> {
        TABLE.iter().find(|(_, known, _)| *known == Some(letter)).map(|row| row.0)
    }

    /// The option of a name.
    pub(crate) fn from_name(name: &[u8]) -> Option<Opt> {
        TABLE.iter().find(|(_, _, known)| !known.is_empty() && known.as_bytes() == name).map(|row| row.0)
    }
}

/// Which options are on.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Options(u32);

impl Options {
    /// Whether an option is on.
    pub(crate) fn is_on(self, option: Opt) -> bool {
        self.0 & (1 << option as u32) != 0
    }

    /// Turns an option on or off.
    pub(crate) fn set(&mut self, option: Opt, on: bool) {
        let bit = 1 << option as u32;
        if on { self.0 |= bit } else { self.0 &= !bit }
    }

    /// The letters of `$-`.
    pub(crate) fn letters(self) -> Vec<u8> {
        TABLE.iter().rev().filter(|row| self.is_on(row.0)).filter_map(|row| row.1).collect()
    }

    /// Name and state of each option that has a name, in the order of `set -o`.
    pub(crate) fn named(self) -> impl Iterator<Item = (&'static str, bool)> {
        TABLE.iter().filter(|row| !row.2.is_empty()).map(move |row| (row.2, self.is_on(row.0)))
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.letters()))
    }
}
