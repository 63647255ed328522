//! The syntax tree: what the parser hands to the machine.
//!
//! Nodes are shared (`Rc`), so that a function, a loop body or a forked child keeps its part of the tree alive
//! without copying it.

use std::cell::{Cell, OnceCell};
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use bstr::BString;

use crate::arith::Expression;

/// A shared node.
pub type NodeRef = Rc<Node>;

/// One command of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Assignments, words and redirections.
    Simple(SimpleCommand),
    /// Two or more commands connected by `|`.
    Pipeline(Vec<NodeRef>),
    /// `! command`.
    Not(NodeRef),
    /// `a && b || c`: the first command and those that depend on the status before them.
    AndOr(NodeRef, Vec<(Connector, NodeRef)>),
    /// Commands that run one after another.
    List(Vec<NodeRef>),
    /// `command &`.
    Background(NodeRef),
    /// `( list ) redirections`.
    Subshell(Redirected),
    /// `{ list; } redirections`, and every other compound command that carries redirections.
    Group(Redirected),
    /// `if`, its arms in order, and the `else` part.
    If(Vec<(NodeRef, NodeRef)>, Option<NodeRef>),
    /// `while` and `until`.
    Loop(Loop),
    /// `for name in words; do body; done`.
    For(For),
    /// `case word in ... esac`.
    Case(Case),
    /// `name() body`.
    Function(BString, NodeRef),
    /// Nothing: an empty program, or an empty command substitution.
    Empty,
}

/// How a command in an and-or list depends on the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connector {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// A simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SimpleCommand {
    /// The line of its first word.
    pub line: u32,
    /// `name=word` before the first word.
    pub assignments: Vec<Assignment>,
    /// The command name and its arguments, before expansion.
    pub words: Vec<Word>,
    /// Redirections in the order written.
    pub redirects: Vec<Redirect>,
}

impl SimpleCommand {
    /// Whether its words may have to wait for other processes or files before they are known.
    pub fn waits(&self) -> bool {
        !self.redirects.is_empty()
            || self.words.iter().any(|word| word.waits)
            || self.assignments.iter().any(|assignment| assignment.value.waits)
    }
}

/// A variable's name as the script spells it, with the place where it was found the last time. The place is a guess
/// that is checked against the name, so that nodes can be shared by shells whose tables differ.
#[derive(Clone, Default)]
pub struct Name {
    text: BString,
    pub(crate) place: Cell<u32>,
}

impl From<&[u8]> for Name {
    fn from(text: &[u8]) -> Name {
        Name { text: text.into(), place: Cell::new(0) }
    }
}

impl Deref for Name {
    type Target = BString;

    fn deref(&self) -> &BString {
        &self.text
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.text == other.text
    }
}

impl Eq for Name {}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

/// A name to look up, with the place that the script's spelling of it remembers, if it is spelled there.
#[derive(Debug, Clone, Copy)]
pub struct NameRef<'t> {
    /// Its bytes.
    pub text: &'t [u8],
    pub(crate) place: Option<&'t Cell<u32>>,
}

impl<'t> From<&'t [u8]> for NameRef<'t> {
    fn from(text: &'t [u8]) -> NameRef<'t> {
        NameRef { text, place: None }
    }
}

impl<'t> From<&'t Name> for NameRef<'t> {
    fn from(name: &'t Name) -> NameRef<'t> {
        NameRef { text: &name.text, place: Some(&name.place) }
    }
}

/// `name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable's name.
    pub name: Name,
    /// The value, before expansion.
    pub value: Word,
}

/// A command body with redirections around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirected {
    /// The line where it begins.
    pub line: u32,
    /// What runs.
    pub body: NodeRef,
    /// Redirections in the order written.
    pub redirects: Vec<Redirect>,
}

/// `while cond; do body; done`, or `until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loop {
    /// True for `until`: the loop goes on while the condition fails.
    pub until: bool,
    /// The condition.
    pub condition: NodeRef,
    /// The body.
    pub body: NodeRef,
}

/// `for variable in words; do body; done`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct For {
    /// The line of the `for`.
    pub line: u32,
    /// The loop variable.
    pub variable: Name,
    /// The words; `None` is a loop over the positional parameters.
    pub words: Option<Vec<Word>>,
    /// The body.
    pub body: NodeRef,
}

impl For {
    /// Whether its words may have to wait.
    pub fn waits(&self) -> bool {
        self.words.as_ref().is_some_and(|words| words.iter().any(|word| word.waits))
    }
}

/// `case word in arms esac`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The line of the `case`.
    pub line: u32,
    /// The word that is matched.
    pub word: Word,
    /// The arms in order.
    pub arms: Vec<CaseArm>,
}

impl Case {
    /// Whether its word or a pattern may have to wait.
    pub fn waits(&self) -> bool {
        self.word.waits || self.arms.iter().any(|arm| arm.patterns.iter().any(|pattern| pattern.waits))
    }
}

/// `pattern|pattern) body ;;`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseArm {
    /// The patterns, any of which selects the arm.
    pub patterns: Vec<Word>,
    /// What runs.
    pub body: NodeRef,
}

/// One redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The descriptor that is redirected.
    pub fd: u32,
    /// Where to.
    pub target: RedirectTarget,
}

/// The kinds of redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedirectTarget {
    /// `<`, `>`, `>>`, `<>`, `>|`, `&>` with a file name.
    File(FileMode, Word),
    /// `<&n`, `>&n`: the word is a descriptor number, or `-` to close; `>&name` is a file.
    Duplicate(Word),
    /// `<<delimiter`: the body, filled in when the parser has read it.
    Here(Rc<OnceCell<Word>>),
}

/// How a redirection opens its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileMode {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>|`
    Clobber,
    /// `>>`
    Append,
    /// `<>`
    ReadWrite,
    /// `&>`: standard output and standard error.
    Both,
}

/// A word before expansion.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// Its pieces in order.
    pub parts: Vec<Part>,
    /// Whether its expansion may have to wait: it has a command or process substitution, or a tilde, whose user's home
    /// stands in a file.
    pub waits: bool,
}

impl Word {
    /// A word of these pieces.
    pub fn new(parts: Vec<Part>) -> Word {
        let waits = parts.iter().any(Part::waits);
        Word { parts, waits }
    }

    /// The text of a word that is one literal, quoted or not, and stands for itself in a pattern.
    pub(crate) fn as_pattern_text(&self) -> Option<&BString> {
        match self.parts.as_slice() {
            [Part::Literal(text)] if !self.waits => Some(text),
            _ => None,
        }
    }

    /// The text of a word that is one unquoted literal, as keywords, aliases and assignment names must be.
    pub fn as_literal(&self) -> Option<&BString> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }
}

/// A piece of a word. `quoted` tells whether it stands inside double quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Unquoted text.
    Literal(BString),
    /// Text whose characters stand for themselves. May be empty: `""` makes a field.
    Quoted(BString),
    /// `$x`, `${x...}`.
    Param(Box<Param>, Quoting),
    /// `$(...)` and backquotes.
    Command(NodeRef, Quoting),
    /// `$((...))`.
    Arithmetic(Box<Arithmetic>, Quoting),
    /// `<(...)` and `>(...)`.
    Process(ProcessDirection, NodeRef),
}

impl Part {
    /// Whether its expansion may have to wait.
    pub(crate) fn waits(&self) -> bool {
        match self {
            Part::Literal(text) => text.contains(&b'~'),
            Part::Quoted(_) => false,
            Part::Param(param, _) => param.op.waits(),
            Part::Arithmetic(arithmetic, _) => arithmetic.word.waits,
            Part::Command(..) | Part::Process(..) => true,
        }
    }
}

/// An arithmetic expansion.
#[derive(Debug, Clone)]
pub struct Arithmetic {
    /// The expression before its own expansion.
    pub word: Word,
    /// The expression read into symbols, where its text needs no expansion and it has been evaluated before.
    pub(crate) expression: OnceCell<Expression>,
}

impl From<Word> for Arithmetic {
    fn from(word: Word) -> Arithmetic {
        Arithmetic { word, expression: OnceCell::new() }
    }
}

impl PartialEq for Arithmetic {
    fn eq(&self, other: &Arithmetic) -> bool {
        self.word == other.word
    }
}

impl Eq for Arithmetic {}

/// Whether an expansion's result is subject to field splitting and pathname expansion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// Outside double quotes.
    Bare,
    /// Inside double quotes.
    Quoted,
}

/// Which end of the pipe a process substitution gives to the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessDirection {
    /// `<(...)`: the command reads what the process writes.
    Read,
    /// `>(...)`: the process reads what the command writes.
    Write,
}

/// A parameter expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Which parameter.
    pub name: ParamName,
    /// What is done with its value.
    pub op: ParamOp,
}

/// What a parameter expansion names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamName {
    /// A variable.
    Variable(Name),
    /// `$1`, `${10}`; `$0` is position 0.
    Position(usize),
    /// One of `@ * # ? - $ !`.
    Special(u8),
}

/// The operators of parameter expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamOp {
    /// `$x`
    Value,
    /// `${#x}`
    Length,
    /// `${x-word}`, `${x:-word}`
    Default(Emptiness, Word),
    /// `${x=word}`, `${x:=word}`
    Assign(Emptiness, Word),
    /// `${x?word}`, `${x:?word}`
    Error(Emptiness, Word),
    /// `${x+word}`, `${x:+word}`
    Alternative(Emptiness, Word),
    /// `${x#pattern}`, `${x##pattern}`
    TrimPrefix(Extent, Word),
    /// `${x%pattern}`, `${x%%pattern}`
    TrimSuffix(Extent, Word),
    /// `${x:offset}`, `${x:offset:length}`: arithmetic, divided at the first colon after expansion.
    Substring(Word),
    /// `${x/pattern/replacement}`, `${x//pattern/replacement}`
    Replace(Replace),
    /// Anything else: an error when it is expanded, not before.
    Bad,
}

impl ParamOp {
    fn waits(&self) -> bool {
        match self {
            ParamOp::Value | ParamOp::Length | ParamOp::Bad => false,
            ParamOp::Default(_, word)
            | ParamOp::Assign(_, word)
            | ParamOp::Error(_, word)
            | ParamOp::Alternative(_, word)
            | ParamOp::TrimPrefix(_, word)
            | ParamOp::TrimSuffix(_, word)
            | ParamOp::Substring(word) => word.waits,
            ParamOp::Replace(replace) => replace.pattern.waits || replace.replacement.waits,
        }
    }
}

/// Whether an empty value counts as unset: the colon of `${x:-word}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emptiness {
    /// Without a colon: only unset counts.
    IsSet,
    /// With a colon.
    IsUnset,
}

/// How much a pattern takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// `#`, `%`
    Shortest,
    /// `##`, `%%`
    Longest,
}

/// `/pattern/replacement`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replace {
    /// `//`: every match, not only the first.
    pub all: bool,
    /// What is looked for.
    pub pattern: Word,
    /// What stands in its place.
    pub replacement: Word,
}
