//! An expression as it was written.

use diag::Span;

/// An expression with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ast {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// The forms of expressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Ast>),
    /// `name` or `name(arguments)`, or with a receiver `receiver.name(arguments)`.
    Member {
        receiver: Option<Box<Ast>>,
        name: String,
        name_span: Span,
        arguments: Vec<Ast>,
    },
    Not(Box<Ast>),
    Binary {
        operator: Operator,
        left: Box<Ast>,
        right: Box<Ast>,
    },
}

/// The operators between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Either side holds.
    Or,
    /// Both sides hold.
    And,
    /// The same value.
    Equal,
    /// Another value.
    Unequal,
    /// A smaller number.
    Less,
    /// A number at most as large.
    AtMost,
    /// A larger number.
    Greater,
    /// A number at least as large.
    AtLeast,
    /// A list holds a text, or a text holds a part.
    Has,
    /// A text, or some text of a list, fits a pattern with `*` and `?`.
    Matches,
    /// The sum.
    Plus,
    /// The difference.
    Minus,
}

impl Operator {
    /// Every operator with its spelling and how strongly it binds.
    pub(super) const ALL: [(Operator, &'static str, u8); 12] = [
        (Operator::Or, "or", 1),
        (Operator::And, "and", 2),
        (Operator::Equal, "==", 4),
        (Operator::Unequal, "!=", 4),
        (Operator::Less, "<", 4),
        (Operator::AtMost, "<=", 4),
        (Operator::Greater, ">", 4),
        (Operator::AtLeast, ">=", 4),
        (Operator::Has, "has", 4),
        (Operator::Matches, "matches", 4),
        (Operator::Plus, "+", 5),
        (Operator::Minus, "-", 5),
    ];

    /// All operators, the weakest first.
    pub fn all() -> impl Iterator<Item = Operator> {
        Self::ALL.iter().map(|(operator, _, _)| *operator)
    }

    /// As it is written.
    pub fn text(self) -> &'static str {
        Self::ALL.iter().find(|(operator, _, _)| *operator == self).map_or("", |(_, text, _)| text)
    }
}
