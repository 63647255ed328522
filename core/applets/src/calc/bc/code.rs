//! What a bc program is compiled to: steps on a stack of values.

use std::rc::Rc;

use bstr::BString;

/// A name of a variable, an array or a function.
pub(super) type Name = Rc<[u8]>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Power,
    Multiply,
    Divide,
    Modulus,
    Plus,
    Minus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    AtMost,
    AtLeast,
    Different,
    Less,
    Greater,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A number as written: what it is depends on `ibase` when it runs.
    Number(Rc<[u8]>),
    Variable(Name),
    /// The index is on the stack.
    Element(Name),
    Array(Name),
    Last,
    Ibase,
    Obase,
    Scale,
    Arithmetic(Arithmetic),
    Compare(Comparison),
    And,
    Or,
    Not,
    Negate,
    /// Plain, or after an operation.
    Assign(Option<Arithmetic>),
    /// By 1, up or down; the value is that of before or after.
    Count {
        up: bool,
        before: bool,
    },
    Length,
    Root,
    ScaleOf,
    Read,
    Call(Name, usize),
    Return,
    /// Without a value.
    ReturnZero,
    Jump(usize),
    JumpIfZero(usize),
    Pop,
    /// With a newline; the value stays.
    Print,
    /// For `print`: no newline.
    PrintPop,
    /// A string of `print`, escapes resolved.
    PrintString(BString),
    /// A string as a statement, as it is.
    PrintText(BString),
    Halt,
}

/// How a parameter takes its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    /// A copy.
    Array,
    /// The caller's array itself.
    Reference,
}

/// A function, or the code of a statement.
#[derive(Debug, Default)]
pub(super) struct Function {
    /// Parameters first, then what is `auto`.
    pub(super) locals: Vec<(Name, Kind)>,
    pub(super) parameters: usize,
    /// Its call is no value that is printed.
    pub(super) void: bool,
    pub(super) code: Vec<Step>,
}
