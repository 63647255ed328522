//! The second phase: each instruction with its arguments as types.
//!
//! One file for each instruction; [`parse`] is the table.

mod add;
mod arg;
mod cmd;
mod copy;
mod csv;
mod device;
mod duration;
mod entrypoint;
mod env;
mod expansion;
mod expose;
mod flags;
mod from;
mod healthcheck;
mod label;
mod maintainer;
mod mount;
mod number;
mod onbuild;
mod request;
mod run;
mod run_form;
mod shell;
mod sources;
mod stopsignal;
mod user;
mod volume;
mod workdir;

use std::borrow::Cow;

use diag::Span;

use crate::syntax::{Keyword, Node};
use crate::{Case, Lines, ParseError, ParseErrorKind, Vintage, with_suggestion};
use request::Request;

pub use add::Add;
pub use arg::{Arg, ArgPair};
pub use cmd::Cmd;
pub use copy::Copy;
pub use device::Device;
pub use entrypoint::Entrypoint;
pub use env::{Env, KeyValue};
pub use expose::Expose;
pub use from::From;
pub use healthcheck::{Healthcheck, Probe};
pub use label::Label;
pub use maintainer::Maintainer;
pub use mount::{ExpandValue, Mount, MountType, Sharing};
pub(crate) use number::go_bool;
pub use onbuild::Onbuild;
pub use run::{NetworkMode, Run, SecurityMode};
pub use run_form::{InlineScript, RunForm};
pub use shell::Shell;
pub use sources::{CopySource, InlineFile};
pub use stopsignal::Stopsignal;
pub use user::User;
pub use volume::Volume;
pub use workdir::Workdir;

/// An instruction with its place and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// What it says.
    pub command: Command,
    /// Its name as typed.
    pub keyword: Cow<'static, str>,
    /// The text Docker shows for it (`Step 1/2 : <original>`): continuations joined, comments within
    /// removed, nothing expanded, blanks around cut.
    pub original: String,
    /// Its lines, heredocs included.
    pub lines: Lines,
    /// Its bytes in the file, heredocs included.
    pub span: Span,
    /// The comments right before it, without `#`.
    pub comments: Vec<String>,
}

/// The instruction proper.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each holds the instruction of its name")]
pub enum Command {
    Add(Add),
    Arg(Arg),
    Cmd(Cmd),
    Copy(Copy),
    Entrypoint(Entrypoint),
    Env(Env),
    Expose(Expose),
    From(From),
    Healthcheck(Healthcheck),
    Label(Label),
    Maintainer(Maintainer),
    Onbuild(Onbuild),
    Run(Run),
    Shell(Shell),
    Stopsignal(Stopsignal),
    User(User),
    Volume(Volume),
    Workdir(Workdir),
}

impl Command {
    /// Which instruction it is.
    #[must_use]
    pub fn keyword(&self) -> Keyword {
        match self {
            Self::Add(_) => Keyword::Add,
            Self::Arg(_) => Keyword::Arg,
            Self::Cmd(_) => Keyword::Cmd,
            Self::Copy(_) => Keyword::Copy,
            Self::Entrypoint(_) => Keyword::Entrypoint,
            Self::Env(_) => Keyword::Env,
            Self::Expose(_) => Keyword::Expose,
            Self::From(_) => Keyword::From,
            Self::Healthcheck(_) => Keyword::Healthcheck,
            Self::Label(_) => Keyword::Label,
            Self::Maintainer(_) => Keyword::Maintainer,
            Self::Onbuild(_) => Keyword::Onbuild,
            Self::Run(_) => Keyword::Run,
            Self::Shell(_) => Keyword::Shell,
            Self::Stopsignal(_) => Keyword::Stopsignal,
            Self::User(_) => Keyword::User,
            Self::Volume(_) => Keyword::Volume,
            Self::Workdir(_) => Keyword::Workdir,
        }
    }
}

/// Gives one node of the syntax tree its type.
///
/// # Errors
/// With Docker's text when the instruction is unknown, or its arguments or flags are not as they must be.
pub fn parse(node: &Node<'_>, vintage: Vintage) -> Result<Instruction, ParseError> {
    let command = command(node, vintage).map_err(|message| ParseError {
        kind: ParseErrorKind::Instruction,
        message,
        lines: node.lines,
        span: Some(node.span),
        vintage,
    })?;
    Ok(Instruction {
        command,
        keyword: spelled(node),
        original: node.original.trim().to_owned(),
        lines: node.lines,
        span: node.span,
        comments: node.comments.iter().map(ToString::to_string).collect(),
    })
}

/// The name as typed; the usual spelling needs no room of its own.
fn spelled(node: &Node<'_>) -> Cow<'static, str> {
    match node.kind.map(Keyword::name) {
        Some(name) if node.keyword == name => Cow::Borrowed(name),
        _ => Cow::Owned(node.keyword.to_string()),
    }
}

/// Parses text that holds one instruction, an ONBUILD trigger or `--change` as a rule.
///
/// # Errors
/// As the two phases do, and when there is more than one instruction.
pub fn parse_one(text: &str, vintage: Vintage) -> Result<Instruction, ParseError> {
    let tree = crate::syntax::parse(text, vintage)?;
    match tree.nodes.as_slice() {
        [node] => parse(node, vintage),
        nodes => Err(ParseError {
            kind: ParseErrorKind::Stage,
            message: "onbuild trigger should be a single expression".to_owned(),
            lines: nodes.first().map(|node| node.lines).unwrap_or_default(),
            span: nodes.get(1).map(|node| node.span),
            vintage,
        }),
    }
}

fn command(node: &Node<'_>, vintage: Vintage) -> Result<Command, String> {
    let request = Request::new(node, vintage);
    let Some(keyword) = node.kind else { return Err(unknown(&node.keyword, vintage)) };
    Ok(match keyword {
        Keyword::Add => Command::Add(add::parse(&request)?),
        Keyword::Arg => Command::Arg(arg::parse(&request)?),
        Keyword::Cmd => Command::Cmd(cmd::parse(&request)?),
        Keyword::Copy => Command::Copy(copy::parse(&request)?),
        Keyword::Entrypoint => Command::Entrypoint(entrypoint::parse(&request)?),
        Keyword::Env => Command::Env(env::parse(&request)?),
        Keyword::Expose => Command::Expose(expose::parse(&request)?),
        Keyword::From => Command::From(from::parse(&request)?),
        Keyword::Healthcheck => Command::Healthcheck(healthcheck::parse(&request)?),
        Keyword::Label => Command::Label(label::parse(&request)?),
        Keyword::Maintainer => Command::Maintainer(maintainer::parse(&request)?),
        Keyword::Onbuild => Command::Onbuild(onbuild::parse(&request)?),
        Keyword::Run => Command::Run(run::parse(&request)?),
        Keyword::Shell => Command::Shell(shell::parse(&request)?),
        Keyword::Stopsignal => Command::Stopsignal(stopsignal::parse(&request)?),
        Keyword::User => Command::User(user::parse(&request)?),
        Keyword::Volume => Command::Volume(volume::parse(&request)?),
        Keyword::Workdir => Command::Workdir(workdir::parse(&request)?),
    })
}

fn unknown(name: &str, vintage: Vintage) -> String {
    match vintage {
        Vintage::Docker20_10 => format!("unknown instruction: {}", name.to_uppercase()),
        Vintage::Current => {
            with_suggestion(format!("unknown instruction: {name}"), name, Keyword::names(), Case::Insensitive)
        }
    }
}
