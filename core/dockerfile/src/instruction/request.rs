//! What an instruction's parser is given.

use std::ops::Deref;

use super::flags::{FlagKind, Flags};
use crate::Vintage;
use crate::syntax::{Args, Heredoc, Keyword, Node, Pair};

/// A node, seen from its instruction.
pub(super) struct Request<'n> {
    pub(super) node: &'n Node<'n>,
    pub(super) vintage: Vintage,
    /// The arguments as plain words; none of ENV and LABEL, which have pairs.
    pub(super) words: Words<'n>,
    /// Whether they were a JSON array.
    pub(super) json: bool,
}

/// Words of which there is most often one.
pub(super) enum Words<'n> {
    One([&'n str; 1]),
    Many(Vec<&'n str>),
}

impl<'n> Words<'n> {
    fn of(node: &'n Node<'n>) -> Self {
        match &node.args {
            Args::Pairs(_) => Self::Many(Vec::new()),
            Args::Words { words, .. } if words.len() == 1 => Self::One([&words[0]]),
            _ => Self::Many(node.flat_words()),
        }
    }
}

impl<'n> Deref for Words<'n> {
    type Target = [&'n str];

    fn deref(&self) -> &Self::Target {
        match self {
            Self::One(word) => word,
            Self::Many(words) => words,
        }
    }
}

impl<'n> Request<'n> {
    pub(super) fn new(node: &'n Node<'n>, vintage: Vintage) -> Self {
        // ONBUILD of a JSON form takes its child's words, but is itself none.
        let json = matches!(node.args, Args::Words { json: true, .. });
        Self { node, vintage, words: Words::of(node), json }
    }

    fn name(&self) -> &'static str {
        self.node.kind.map_or("", Keyword::name)
    }

    pub(super) fn heredocs(&self) -> &'n [Heredoc<'n>] {
        &self.node.heredocs
    }

    /// Checks the flags against those the instruction has.
    pub(super) fn flags(&self, known: &[(&'static str, FlagKind)]) -> Result<Flags<'n>, String> {
        Flags::parse(&self.node.flags, known, self.vintage)
    }

    /// For instructions without flags.
    pub(super) fn no_flags(&self) -> Result<(), String> {
        match self.node.flags.is_empty() {
            true => Ok(()),
            false => self.flags(&[]).map(|_| ()),
        }
    }

    /// The only word.
    pub(super) fn exactly_one(&self) -> Result<String, String> {
        match &*self.words {
            [word] => Ok((*word).to_owned()),
            _ => Err(format!("{} requires exactly one argument", self.name())),
        }
    }

    /// All words, at least one.
    pub(super) fn at_least_one(&self) -> Result<&[&'n str], String> {
        match &*self.words {
            [] => Err(format!("{} requires at least one argument", self.name())),
            words => Ok(words),
        }
    }

    /// The pairs of ENV and LABEL, at least one, none without a name.
    pub(super) fn pairs(&self) -> Result<&'n [Pair<'n>], String> {
        let pairs: &[Pair<'_>] = match &self.node.args {
            Args::Pairs(pairs) => pairs,
            _ => &[],
        };
        if pairs.is_empty() {
            return Err(format!("{} requires at least one argument", self.name()));
        }
        match pairs.iter().any(|pair| pair.key.is_empty()) {
            true => Err(self.blank_name()),
            false => Ok(pairs),
        }
    }

    pub(super) fn blank_name(&self) -> String {
        format!("{} names can not be blank", self.name())
    }

    pub(super) fn no_destination(&self) -> String {
        format!(
            "{} requires at least two arguments, but only one was provided. Destination could not be determined",
            self.name()
        )
    }

    pub(super) fn heredoc_destination(&self) -> String {
        format!("{} cannot accept a heredoc as a destination", self.name())
    }

    /// The text after `name ` of the first comment before the instruction that begins so.
    pub(super) fn doc_comment(&self, name: &str) -> Option<String> {
        let after = |comment: &'n str| comment.strip_prefix(name)?.strip_prefix(' ');
        if name.is_empty() {
            return None;
        }
        self.node.comments.iter().find_map(|comment| after(comment)).map(str::to_owned)
    }
}
