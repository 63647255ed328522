//! The operators, how they bind and what they compute.

use super::ArithmeticError;

/// Operators in front of their operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unary {
    Plus,
    Minus,
    Not,
    Complement,
    /// `++x` (1) and `--x` (-1).
    Step(i64),
}

impl Unary {
    /// The value of the operator; a step's is that of its operand.
    pub(crate) fn apply(self, value: i64) -> i64 {
        match self {
            Unary::Plus | Unary::Step(_) => value,
            Unary::Minus => value.wrapping_neg(),
            Unary::Not => i64::from(value == 0),
            Unary::Complement => !value,
        }
    }
}

/// Operators between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    /// `=`, or `+=` and the like with what they combine by.
    Assign(Option<Plain>),
    Plain(Plain),
}

/// Binary operators that only compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    Comma,
    Or,
    And,
    BitOr,
    BitXor,
    BitAnd,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

/// How tight `?:` binds: tighter than assignments, and it is right associative.
pub(crate) const CHOICE_PRECEDENCE: u8 = 3;

impl Binary {
    /// Higher binds tighter.
    pub(crate) fn precedence(self) -> u8 {
        match self {
            Binary::Assign(_) => 2,
            Binary::Plain(plain) => match plain {
                Plain::Comma => 1,
                Plain::Or => 4,
                Plain::And => 5,
                Plain::BitOr => 6,
                Plain::BitXor => 7,
                Plain::BitAnd => 8,
                Plain::Equal | Plain::NotEqual => 9,
                Plain::Less | Plain::LessEqual | Plain::Greater | Plain::GreaterEqual => 10,
                Plain::ShiftLeft | Plain::ShiftRight => 11,
                Plain::Add | Plain::Subtract => 12,
                Plain::Multiply | Plain::Divide | Plain::Remainder => 13,
                Plain::Power => 14,
            },
        }
    }

    /// Whether `a op b op c` is `a op (b op c)`.
    pub(crate) fn is_right_associative(self) -> bool {
        matches!(self, Binary::Assign(_) | Binary::Plain(Plain::Power))
    }
}

impl Plain {
    /// Computes in wrapping 64-bit integers; shift counts are taken modulo 64.
    pub(crate) fn apply(self, left: i64, right: i64) -> Result<i64, ArithmeticError> {
        Ok(match self {
            Plain::Comma => right,
            Plain::Or => i64::from(left != 0 || right != 0),
            Plain::And => i64::from(left != 0 && right != 0),
            Plain::BitOr => left | right,
            Plain::BitXor => left ^ right,
            Plain::BitAnd => left & right,
            Plain::Equal => i64::from(left == right),
            Plain::NotEqual => i64::from(left != right),
            Plain::Less => i64::from(left < right),
            Plain::LessEqual => i64::from(left <= right),
            Plain::Greater => i64::from(left > right),
            Plain::GreaterEqual => i64::from(left >= right),
            Plain::ShiftLeft => left.wrapping_shl(right as u32),
            Plain::ShiftRight => left.wrapping_shr(right as u32),
            Plain::Add => left.wrapping_add(right),
            Plain::Subtract => left.wrapping_sub(right),
            Plain::Multiply => left.wrapping_mul(right),
            Plain::Divide | Plain::Remainder if right == 0 => return Err(ArithmeticError::DivideByZero),
            Plain::Divide => left.wrapping_div(right),
            Plain::Remainder => left.wrapping_rem(right),
            Plain::Power => power(left, right)?,
        })
    }
}

/// Wrapping power by squaring.
fn power(mut base: i64, exponent: i64) -> Result<i64, ArithmeticError> {
    let mut exponent = u64::try_from(exponent).map_err(|_| ArithmeticError::NegativeExponent)?;
    let mut result = 1i64;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result.wrapping_mul(base);
        }
        base = base.wrapping_mul(base);
        exponent >>= 1;
    }
    Ok(result)
}
