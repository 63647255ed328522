//! The program after parsing: instructions of a stack machine.

use std::rc::Rc;

use bstr::BString;
use pattern::Regex;

use super::value::Value;

/// A variable, or an array, by where it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Var {
    Global(u32),
    /// A parameter of the running function.
    Local(u32),
}

/// What can be read and set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Var(Var),
    /// A variable whose change has effects: NF, FS, ...
    Special(Special),
    /// `$n`, n on the stack.
    Field,
    /// An element, its subscript on the stack.
    Element(Var),
}

/// The built-in variables, in the order of their slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    Nf,
    Fs,
    Ofs,
    Ors,
    Rs,
    Subsep,
    Convfmt,
    Ofmt,
    Ignorecase,
    Nr,
    Fnr,
    Rstart,
    Rlength,
    Filename,
    Errno,
    Environ,
    Argc,
    Argv,
}

use Special::*;

/// The names of the built-in variables, by slot. Those from NR on have no effects.
pub(super) const SPECIALS: [(&str, Special); 18] = [
    ("NF", Nf),
    ("FS", Fs),
    ("OFS", Ofs),
    ("ORS", Ors),
    ("RS", Rs),
    ("SUBSEP", Subsep),
    ("CONVFMT", Convfmt),
    ("OFMT", Ofmt),
    ("IGNORECASE", Ignorecase),
    ("NR", Nr),
    ("FNR", Fnr),
    ("RSTART", Rstart),
    ("RLENGTH", Rlength),
    ("FILENAME", Filename),
    ("ERRNO", Errno),
    ("ENVIRON", Environ),
    ("ARGC", Argc),
    ("ARGV", Argv),
];

impl Special {
    pub(super) fn slot(self) -> u32 {
        self as u32
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arith {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}

/// Where a getline reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Main,
    File,
    Command,
}

/// Where print and printf write; the name is on the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Stdout,
    Truncate,
    Append,
    Command,
}

/// The functions that awk has, beside those with an instruction of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    And,
    Atan2,
    Close,
    Compl,
    Cos,
    Exp,
    Fflush,
    Gensub,
    Gsub,
    Index,
    Int,
    Length,
    Log,
    Lshift,
    Match,
    Mktime,
    Or,
    Rand,
    Rshift,
    Sin,
    Split,
    Sprintf,
    Sqrt,
    Srand,
    Strftime,
    Sub,
    Substr,
    System,
    Systime,
    Tolower,
    Toupper,
    Xor,
}

/// An instruction. `n` operands are popped, a result is pushed, unless said otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) enum Op {
    Const(u32),
    Regex(u32),
    /// Whether `$0` matches.
    MatchRecord(u32),
    Load(Place),
    /// Sets a place to the value on top, which stays.
    Store(Place),
    /// Adds to a place; pushes the old value (`post`) or the new one.
    Increment {
        place: Place,
        by: f64,
        post: bool,
    },
    /// A variable as an argument: its array, if it has or may have one.
    Argument(Var),
    Dup,
    Pop,
    Arith(Arith),
    Negate,
    ToNumber,
    Not,
    ToTruth,
    Concat,
    Compare(Compare),
    Match {
        negate: bool,
    },
    In(Var),
    /// Joins n subscripts.
    Subscript(u32),
    Jump(u32),
    JumpIfFalse(u32),
    JumpIfTrue(u32),
    Call {
        function: u32,
        arguments: u32,
    },
    Return,
    Function {
        which: Function,
        arguments: u32,
    },
    LengthOf(Var),
    /// sub and gsub: expression and replacement on the stack above the place's subscript.
    Substitute {
        global: bool,
        place: Place,
    },
    Split {
        array: Var,
        separator: bool,
    },
    Delete(Var),
    Clear(Var),
    LoopOver(Var),
    /// Sets the variable to the next key, or jumps when there is none.
    LoopNext(Var, u32),
    LoopEnd,
    Print {
        arguments: u32,
        target: Target,
    },
    Printf {
        arguments: u32,
        target: Target,
    },
    Getline {
        source: Source,
        place: Option<Place>,
    },
    Next,
    NextFile,
    Exit {
        status: bool,
    },
    /// Jumps when the range pattern is on.
    RangeJump(u32, u32),
    RangeSet(u32, bool),
    /// A call with too few arguments, or too many.
    Miscall {
        few: bool,
    },
    /// The end of a piece of program.
    End,
}

/// A user's function.
#[derive(Debug, Default)]
pub(super) struct Definition {
    pub(super) parameters: u32,
    /// Where it begins; `None` while it is only called.
    pub(super) start: Option<u32>,
}

/// All of a program.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) ops: Vec<Op>,
    /// The line of each instruction.
    pub(super) lines: Vec<u32>,
    pub(super) consts: Vec<Value>,
    pub(super) regexes: Vec<Pattern>,
    pub(super) functions: Vec<Definition>,
    pub(super) globals: Vec<BString>,
    pub(super) ranges: u32,
    pub(super) begin: Vec<u32>,
    pub(super) main: Vec<u32>,
    pub(super) end: Vec<u32>,
}

/// A regular expression of the program: with and without regard to case.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) text: BString,
    pub(super) exact: Rc<Regex>,
}
