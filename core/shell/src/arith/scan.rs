//! From the text of an expression to its symbols.

use super::operator::{Binary, Plain, Unary};
use super::{ArithmeticError, number};

/// One symbol of an expression, whose names are kept as `N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol<N> {
    Number(i64),
    Name(N),
    Open,
    Close,
    Unary(Unary),
    /// Postfix `++` (1) or `--` (-1).
    Step(i64),
    Binary(Binary),
    Question,
    Colon,
}

impl<N> Symbol<N> {
    /// The same symbol with its name kept in another way.
    pub(crate) fn map<'s, M>(&'s self, name: impl FnOnce(&'s N) -> M) -> Symbol<M> {
        match self {
            Symbol::Number(value) => Symbol::Number(*value),
            Symbol::Name(text) => Symbol::Name(name(text)),
            Symbol::Open => Symbol::Open,
            Symbol::Close => Symbol::Close,
            Symbol::Unary(unary) => Symbol::Unary(*unary),
            Symbol::Step(step) => Symbol::Step(*step),
            Symbol::Binary(binary) => Symbol::Binary(*binary),
            Symbol::Question => Symbol::Question,
            Symbol::Colon => Symbol::Colon,
        }
    }

    /// Whether an operand has been completed with it.
    pub(crate) fn ends_operand(&self) -> bool {
        matches!(self, Symbol::Number(_) | Symbol::Name(_) | Symbol::Close | Symbol::Step(_))
    }
}

/// Operators of two operands, longest first where one begins another.
const BINARY: &[(&[u8], Binary)] = &[
    (b"<<=", Binary::Assign(Some(Plain::ShiftLeft))),
    (b">>=", Binary::Assign(Some(Plain::ShiftRight))),
    (b"<<", Binary::Plain(Plain::ShiftLeft)),
    (b">>", Binary::Plain(Plain::ShiftRight)),
    (b"<=", Binary::Plain(Plain::LessEqual)),
    (b">=", Binary::Plain(Plain::GreaterEqual)),
    (b"==", Binary::Plain(Plain::Equal)),
    (b"!=", Binary::Plain(Plain::NotEqual)),
    (b"&&", Binary::Plain(Plain::And)),
    (b"||", Binary::Plain(Plain::Or)),
    (b"**", Binary::Plain(Plain::Power)),
    (b"+=", Binary::Assign(Some(Plain::Add))),
    (b"-=", Binary::Assign(Some(Plain::Subtract))),
    (b"*=", Binary::Assign(Some(Plain::Multiply))),
    (b"/=", Binary::Assign(Some(Plain::Divide))),
    (b"%=", Binary::Assign(Some(Plain::Remainder))),
    (b"&=", Binary::Assign(Some(Plain::BitAnd))),
    (b"|=", Binary::Assign(Some(Plain::BitOr))),
    (b"^=", Binary::Assign(Some(Plain::BitXor))),
    (b"=", Binary::Assign(None)),
    (b"<", Binary::Plain(Plain::Less)),
    (b">", Binary::Plain(Plain::Greater)),
    (b"&", Binary::Plain(Plain::BitAnd)),
    (b"|", Binary::Plain(Plain::BitOr)),
    (b"^", Binary::Plain(Plain::BitXor)),
    (b"+", Binary::Plain(Plain::Add)),
    (b"-", Binary::Plain(Plain::Subtract)),
    (b"*", Binary::Plain(Plain::Multiply)),
    (b"/", Binary::Plain(Plain::Divide)),
    (b"%", Binary::Plain(Plain::Remainder)),
    (b",", Binary::Plain(Plain::Comma)),
];

/// A cursor over an expression.
pub(crate) struct Scanner<'t> {
    text: &'t [u8],
    after_name: bool,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Scanner<'t> {
        Scanner { text, after_name: false }
    }

    /// The next symbol; `after_operand` tells how `+` and the like are meant.
    pub(crate) fn next(&mut self, after_operand: bool) -> Result<Option<Symbol<&'t [u8]>>, ArithmeticError> {
        self.text = self.text.trim_ascii_start();
        let after_name = std::mem::take(&mut self.after_name);
        let Some(&first) = self.text.first() else { return Ok(None) };
        if first == b'_' || first.is_ascii_alphabetic() {
            let name = self.advance(name_length(self.text));
            self.after_name = true;
            return Ok(Some(Symbol::Name(name)));
        }
        if first.is_ascii_digit() {
            let (value, length) = number::constant(self.text)?;
            self.advance(length);
            return Ok(Some(Symbol::Number(value)));
        }
        if let Some(step) = self.step() {
            if after_name {
                self.advance(2);
                return Ok(Some(Symbol::Step(step)));
            }
            if self.text[2..]
                .trim_ascii_start()
                .first()
                .is_some_and(|b| *b == b'_' || b.is_ascii_alphabetic())
            {
                self.advance(2);
                return Ok(Some(Symbol::Unary(Unary::Step(step))));
            }
        }
        self.operator(first, after_operand).map(Some)
    }

    fn step(&self) -> Option<i64> {
        match self.text {
            [b'+', b'+', ..] => Some(1),
            [b'-', b'-', ..] => Some(-1),
            _ => None,
        }
    }

    fn operator(&mut self, first: u8, after_operand: bool) -> Result<Symbol<&'t [u8]>, ArithmeticError> {
        let unary = match first {
            b'(' => Some(Symbol::Open),
            b')' => Some(Symbol::Close),
            b'?' => Some(Symbol::Question),
            b':' => Some(Symbol::Colon),
            _ if after_operand => None,
            b'+' => Some(Symbol::Unary(Unary::Plus)),
            b'-' => Some(Symbol::Unary(Unary::Minus)),
            b'!' => Some(Symbol::Unary(Unary::Not)),
            b'~' => Some(Symbol::Unary(Unary::Complement)),
            _ => None,
        };
        if let Some(symbol) = unary {
            self.advance(1);
            return Ok(symbol);
        }
        let (spelling, binary) = BINARY
            .iter()
            .find(|(spelling, _)| self.text.starts_with(spelling))
            .ok_or(ArithmeticError::Syntax)?;
        self.advance(spelling.len());
        Ok(Symbol::Binary(*binary))
    }

    fn advance(&mut self, length: usize) -> &'t [u8] {
        let (before, after) = self.text.split_at(length);
        self.text = after;
        before
    }
}

fn name_length(text: &[u8]) -> usize {
    text.iter().take_while(|byte| **byte == b'_' || byte.is_ascii_alphanumeric()).count()
}
