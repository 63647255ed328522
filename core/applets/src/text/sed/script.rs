use std::rc::Rc;

use bstr::BString;
use pattern::Regex;

/// Where a command applies.
#[derive(Debug, Clone)]
pub(super) enum Address {
    Line(u64),
    Last,
    /// `None` is the regex used last.
    Regex(Option<Rc<Regex>>),
}

/// Where a range of lines ends.
#[derive(Debug, Clone)]
pub(super) enum RangeEnd {
    Line(u64),
    Last,
    Regex(Option<Rc<Regex>>),
    /// So many lines after the first one.
    More(u64),
}

/// One command with its addresses.
#[derive(Debug, Clone)]
pub(super) struct Command {
    pub(super) start: Option<Address>,
    pub(super) end: Option<RangeEnd>,
    pub(super) invert: bool,
    pub(super) action: Action,
}

/// What a command does.
#[derive(Debug, Clone)]
pub(super) enum Action {
    Substitute(Box<Substitution>),
    Append(BString),
    Insert(BString),
    Change(BString),
    Read(BString),
    /// Writes to the output file with this index.
    Write(usize),
    Label(Option<BString>),
    Branch(Option<BString>),
    /// Branches when a substitution was made.
    BranchIf(Option<BString>),
    BranchUnless(Option<BString>),
    Translate(Box<[u8; 256]>),
    /// The commands without arguments, by their letter.
    Plain(u8),
}

/// An `s` command.
#[derive(Debug, Clone)]
pub(super) struct Substitution {
    /// `None` is the regex used last.
    pub(super) regex: Option<Rc<Regex>>,
    pub(super) replacement: Vec<Piece>,
    /// Which match is replaced; 0 is all.
    pub(super) which: u64,
    pub(super) print: bool,
    pub(super) write: Option<usize>,
}

/// A part of a replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(BString),
    Group(usize),
}

/// A parsed script.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) commands: Vec<Command>,
    /// The names of the files that are written.
    pub(super) files: Vec<BString>,
    pub(super) quiet: bool,
}
