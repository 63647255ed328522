//! Values and their conversions.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use super::array::Array;
use crate::frame::cformat::Spec;
use crate::text::strtod::strtod;

/// An array that variables and arguments share.
pub(super) type ArrayRef = Rc<RefCell<Array>>;

/// What an expression is worth.
#[derive(Debug, Clone, Default)]
pub(super) enum Value {
    /// A variable that was never set: 0 and the empty string.
    #[default]
    Uninit,
    Num(f64),
    Str(Rc<[u8]>),
    /// Text from outside (a field, an argument, ...): a number if it looks like one.
    User(Rc<[u8]>),
    /// A regular expression of the program, by its index: an argument of the functions that take one.
    Regex(u32),
    /// An array, as an argument of a function.
    Array(ArrayRef),
}

/// A variable: a value, and beside it an array, as in busybox.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) value: Value,
    pub(super) array: Option<ArrayRef>,
}

impl Cell {
    /// The variable's array, made when there is none.
    pub(super) fn array(&mut self) -> &ArrayRef {
        self.array.get_or_insert_with(ArrayRef::default)
    }
}

impl Value {
    pub(super) fn string(text: impl AsRef<[u8]>) -> Value {
        Value::Str(Rc::from(text.as_ref()))
    }

    pub(super) fn user(text: impl AsRef<[u8]>) -> Value {
        Value::User(Rc::from(text.as_ref()))
    }

    pub(super) fn truth(value: bool) -> Value {
        Value::Num(if value { 1.0 } else { 0.0 })
    }

    pub(super) fn number(&self) -> f64 {
        match self {
            Value::Num(number) => *number,
            Value::Str(text) | Value::User(text) => strtod(text).0,
            _ => 0.0,
        }
    }

    /// The text; numbers that are not whole are printed with `format`.
    pub(super) fn text(&self, format: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Value::Str(text) | Value::User(text) => Cow::Borrowed(text),
            Value::Num(number) => Cow::Owned(number_text(*number, format)),
            _ => Cow::Borrowed(b""),
        }
    }

    /// The text as a shared string.
    pub(super) fn shared(&self, format: &[u8]) -> Rc<[u8]> {
        match self {
            Value::Str(text) | Value::User(text) => Rc::clone(text),
            other => Rc::from(other.text(format).as_ref()),
        }
    }

    /// The number, when the value counts as one in a comparison.
    pub(super) fn as_numeric(&self) -> Option<f64> {
        match self {
            Value::Num(number) => Some(*number),
            Value::Uninit => Some(0.0),
            Value::User(text) => looks_numeric(text),
            _ => None,
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match (self.as_numeric(), self) {
            (Some(number), _) => number != 0.0,
            (None, Value::Str(text) | Value::User(text)) => !text.is_empty(),
            _ => false,
        }
    }
}

fn looks_numeric(text: &[u8]) -> Option<f64> {
    let last = text.last()?;
    // A quick no for words.
    if !(last.is_ascii_alphanumeric() || last.is_ascii_whitespace() || *last == b'.') {
        return None;
    }
    let (number, taken) = strtod(text);
    let rest = &text[taken..];
    rest.iter().all(|byte| matches!(byte, b' ' | 9..=13)).then_some(number)
}

/// The first number that a 64-bit integer does not hold.
const TOO_BIG: f64 = 9_223_372_036_854_775_808.0;

fn number_text(number: f64, format: &[u8]) -> Vec<u8> {
    if number.fract() == 0.0 && (-TOO_BIG..TOO_BIG).contains(&number) {
        return (number as i64).to_string().into_bytes();
    }
    if format == b"%.6g" {
        return Spec { precision: Some(6), ..Spec::default() }.float('g', number).into();
    }
    super::format::number(number, format)
}
