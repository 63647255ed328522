//! The syntax tree.

use std::borrow::Cow;

use diag::Span;

use super::Heredoc;
use crate::{Lines, Vintage};

/// The eighteen instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is the instruction of its name")]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
}

const TABLE: [(Keyword, &str); 18] = [
    (Keyword::Add, "ADD"),
    (Keyword::Arg, "ARG"),
    (Keyword::Cmd, "CMD"),
    (Keyword::Copy, "COPY"),
    (Keyword::Entrypoint, "ENTRYPOINT"),
    (Keyword::Env, "ENV"),
    (Keyword::Expose, "EXPOSE"),
    (Keyword::From, "FROM"),
    (Keyword::Healthcheck, "HEALTHCHECK"),
    (Keyword::Label, "LABEL"),
    (Keyword::Maintainer, "MAINTAINER"),
    (Keyword::Onbuild, "ONBUILD"),
    (Keyword::Run, "RUN"),
    (Keyword::Shell, "SHELL"),
    (Keyword::Stopsignal, "STOPSIGNAL"),
    (Keyword::User, "USER"),
    (Keyword::Volume, "VOLUME"),
    (Keyword::Workdir, "WORKDIR"),
];

impl Keyword {
    /// The instruction of this name in any letter case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        // Names are compared only where their first letters are the same.
        let first = name.as_bytes().first()?.to_ascii_uppercase();
        let mut rows = TABLE.iter().filter(|(_, known)| known.as_bytes()[0] == first);
        rows.find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(keyword, _)| *keyword)
    }

    /// The name in upper case.
    #[must_use]
    pub fn name(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// All names in upper case, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|(_, name)| *name)
    }

    /// Whether its arguments may name heredocs.
    #[must_use]
    pub fn takes_heredocs(self) -> bool {
        matches!(self, Self::Add | Self::Copy | Self::Run)
    }
}

/// `key=value` or the legacy `key value` of ENV and LABEL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair<'s> {
    /// The name as typed, not expanded.
    pub key: Cow<'s, str>,
    /// The value as typed, quotes included.
    pub value: Cow<'s, str>,
    /// Whether there was a `=`.
    pub delimited: bool,
}

/// The arguments of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Args<'s> {
    /// Words, or the items of a JSON array.
    Words {
        /// In order; for HEALTHCHECK the type comes first.
        words: Vec<Cow<'s, str>>,
        /// Whether they were written as a JSON array.
        json: bool,
    },
    /// ENV and LABEL.
    Pairs(Vec<Pair<'s>>),
    /// ONBUILD: the instruction to be kept.
    Child(Box<Node<'s>>),
}

impl<'s> Args<'s> {
    /// No argument.
    pub(super) const NONE: Self = Self::Words { words: Vec::new(), json: false };

    fn into_owned(self) -> Args<'static> {
        let own = |text: Cow<'s, str>| Cow::Owned(text.into_owned());
        match self {
            Self::Words { words, json } => Args::Words { words: words.into_iter().map(own).collect(), json },
            Self::Child(child) => Args::Child(Box::new(child.into_owned())),
            Self::Pairs(pairs) => Args::Pairs(
                pairs
                    .into_iter()
                    .map(|pair| Pair {
                        key: own(pair.key),
                        value: own(pair.value),
                        delimited: pair.delimited,
                    })
                    .collect(),
            ),
        }
    }
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node<'s> {
    /// The name as typed.
    pub keyword: Cow<'s, str>,
    /// Which instruction that is; `None` is unknown.
    pub kind: Option<Keyword>,
    /// Words before the arguments that begin with `--`, unquoted.
    pub flags: Vec<Cow<'s, str>>,
    /// The arguments.
    pub args: Args<'s>,
    /// The instruction as one line: continuations joined, comments within removed.
    pub original: Cow<'s, str>,
    /// Its lines, heredocs included.
    pub lines: Lines,
    /// Its bytes, heredocs included; a child has its parent's.
    pub span: Span,
    /// Its heredocs, in order.
    pub heredocs: Vec<Heredoc<'s>>,
    /// The comments right before it, without `#`.
    pub comments: Vec<Cow<'s, str>>,
}

impl<'s> Node<'s> {
    /// Copies what is borrowed.
    pub(super) fn into_owned(self) -> Node<'static> {
        let own = |text: Cow<'s, str>| Cow::Owned(text.into_owned());
        Node {
            keyword: own(self.keyword),
            kind: self.kind,
            flags: self.flags.into_iter().map(own).collect(),
            args: self.args.into_owned(),
            original: own(self.original),
            lines: self.lines,
            span: self.span,
            heredocs: self
                .heredocs
                .into_iter()
                .map(|heredoc| Heredoc { word: heredoc.word, content: own(heredoc.content) })
                .collect(),
            comments: self.comments.into_iter().map(own).collect(),
        }
    }

    /// Sets the place, of children too.
    pub(super) fn place(&mut self, lines: Lines, span: Span) {
        self.lines = lines;
        self.span = span;
        if let Args::Child(child) = &mut self.args {
            child.place(lines, span);
        }
    }

    /// The words of the arguments as the instruction sees them: for ONBUILD the child's name and
    /// words; for ENV and LABEL names and values in turn.
    #[must_use]
    pub fn flat_words(&self) -> Vec<&str> {
        match &self.args {
            Args::Words { words, .. } => words.iter().map(AsRef::as_ref).collect(),
            Args::Pairs(pairs) => pairs.iter().flat_map(|pair| [&*pair.key, &*pair.value]).collect(),
            Args::Child(child) => {
                let mut words = vec![&*child.keyword];
                words.extend(child.flat_words());
                words
            }
        }
    }
}

/// A parsed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syntax<'s> {
    /// The instructions; never empty.
    pub nodes: Vec<Node<'s>>,
    /// The escape character: `\` or a backquote.
    pub escape: char,
    /// Instructions with an empty line among their continuation lines.
    pub empty_continuations: Vec<EmptyContinuation>,
    /// The language it was read in.
    pub vintage: Vintage,
}

/// An instruction that goes on after an empty line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmptyContinuation {
    /// The joined line.
    pub line: String,
    /// The line number where the instruction ends.
    pub number: usize,
}

impl Syntax<'_> {
    /// The warnings as the classic builder prints them, each with its line break.
    #[must_use]
    pub fn warning_text(&self) -> String {
        warning_text(&self.empty_continuations, self.vintage)
    }
}

pub(crate) fn warning_text(empty_continuations: &[EmptyContinuation], vintage: Vintage) -> String {
    let between = match vintage {
        Vintage::Docker20_10 => "\n    ",
        Vintage::Current => " ",
    };
    let mut text = String::new();
    for found in empty_continuations {
        text.push_str(&format!("[WARNING]: Empty continuation line found in:{between}{}\n", found.line));
    }
    if !text.is_empty() {
        text.push_str("[WARNING]: Empty continuation lines will become errors in a future release.\n");
    }
    text
}
