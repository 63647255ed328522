//! The syntax tree: what the parser hands to the machine.
//!
//! Nodes are shared (`Rc`), so that a function, a loop body or a forked child keeps its part of the tree alive
//! without copying it.

use std::cell::OnceCell;
use std::rc::Rc;

use bstr::BString;

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

/// `name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable's name.
    pub name: BString,
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
    pub variable: BString,
    /// The words; `None` is a loop over the positional parameters.
    pub words: Option<Vec<Word>>,
    /// The body.
    pub body: NodeRef,
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
}

impl Word {
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
    Arithmetic(Word, Quoting),
    /// `<(...)` and `>(...)`.
    Process(ProcessDirection, NodeRef),
}

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
    Variable(BString),
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
