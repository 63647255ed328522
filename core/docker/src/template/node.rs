//! What a template is made of, and how Go spells it in messages.

use std::fmt::{Display, Formatter, Result};

/// A part of a template that does something.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Text(String),
    Print(Pipeline),
    If { condition: Pipeline, body: Vec<Node>, otherwise: Vec<Node> },
    Range { over: Pipeline, body: Vec<Node>, otherwise: Vec<Node> },
    With { value: Pipeline, body: Vec<Node>, otherwise: Vec<Node> },
    Call(Call),
    Break,
    Continue,
}

/// `{{template "name" pipeline}}`
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) at: usize,
    pub(super) name: String,
    pub(super) dot: Option<Pipeline>,
}

/// `$a, $b := command | command`
#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    pub(super) at: usize,
    pub(super) names: Vec<String>,
    /// Whether the variables are there already.
    pub(super) assigns: bool,
    pub(super) commands: Vec<Command>,
}

/// A function or value with arguments.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) at: usize,
    pub(super) words: Vec<Word>,
}

/// An operand with its place.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) at: usize,
    pub(super) operand: Operand,
}

#[derive(Clone, Debug)]
pub(super) enum Operand {
    Bool(bool),
    Dot,
    Nil,
    /// The text, and what it means: an integer, or else a float.
    Number(String, serde_json::Value),
    /// As it was quoted, and what it means.
    Text(String, String),
    Field(Vec<String>),
    /// `$x.A.B`, the first one with its `$`.
    Variable(Vec<String>),
    Function(String),
    Group(Pipeline),
    /// `(pipeline).A.B` or `function.A.B`
    Chain(Box<Word>, Vec<String>),
}

impl Display for Pipeline {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if !self.names.is_empty() {
            write!(f, "{} := ", self.names.join(", "))?;
        }
        for (number, command) in self.commands.iter().enumerate() {
            write!(f, "{}{command}", if number > 0 { " | " } else { "" })?;
        }
        Ok(())
    }
}

impl Display for Command {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (number, word) in self.words.iter().enumerate() {
            write!(f, "{}{}", if number > 0 { " " } else { "" }, Grouped(word))?;
        }
        Ok(())
    }
}

impl Display for Word {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.operand {
            Operand::Bool(value) => write!(f, "{value}"),
            Operand::Dot => f.write_str("."),
            Operand::Nil => f.write_str("nil"),
            Operand::Number(text, _) | Operand::Text(text, _) | Operand::Function(text) => f.write_str(text),
            Operand::Field(names) => names.iter().try_for_each(|name| write!(f, ".{name}")),
            Operand::Variable(names) => f.write_str(&names.join(".")),
            Operand::Group(pipeline) => write!(f, "{pipeline}"),
            Operand::Chain(word, names) => {
                write!(f, "{}", Grouped(word))?;
                names.iter().try_for_each(|name| write!(f, ".{name}"))
            }
        }
    }
}

/// A word with the parentheses of a pipeline.
struct Grouped<'w>(&'w Word);

impl Display for Grouped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0.operand {
            Operand::Group(_) => write!(f, "({})", self.0),
            _ => write!(f, "{}", self.0),
        }
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{{{{template {:?}", self.name)?;
        self.dot.iter().try_for_each(|dot| write!(f, " {dot}"))?;
        f.write_str("}}")
    }
}
