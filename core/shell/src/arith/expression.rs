//! Expressions that are read once and evaluated often.

use super::ArithmeticError;
use super::scan::{Scanner, Symbol};
use crate::ast::{Name, NameRef};

/// The symbols of an expression up to its end, or to what cannot be read.
#[derive(Debug, Clone)]
pub struct Expression {
    symbols: Vec<Symbol<Name>>,
    /// Why the rest could not be read. It is told when evaluation comes there.
    error: Option<ArithmeticError>,
}

impl From<&[u8]> for Expression {
    fn from(text: &[u8]) -> Expression {
        let mut scanner = Scanner::new(text);
        let mut expression = Expression { symbols: Vec::new(), error: None };
        let mut after_operand = false;
        loop {
            match scanner.next(after_operand) {
                Ok(Some(symbol)) => {
                    after_operand = symbol.ends_operand();
                    expression.symbols.push(symbol.map(|name| Name::from(*name)));
                }
                Ok(None) => return expression,
                Err(error) => {
                    expression.error = Some(error);
                    return expression;
                }
            }
        }
    }
}

/// Where evaluation takes its symbols from.
pub(super) enum Source<'t> {
    Text(Scanner<'t>),
    Read { expression: &'t Expression, at: usize },
}

impl<'t> Source<'t> {
    pub(super) fn next(
        &mut self,
        after_operand: bool,
    ) -> Result<Option<Symbol<NameRef<'t>>>, ArithmeticError> {
        match self {
            Source::Text(scanner) => {
                Ok(scanner.next(after_operand)?.map(|symbol| symbol.map(|name| NameRef::from(*name))))
            }
            Source::Read { expression, at } => match (expression.symbols.get(*at), &expression.error) {
                (Some(symbol), _) => {
                    *at += 1;
                    Ok(Some(symbol.map(NameRef::from)))
                }
                (None, Some(error)) => Err(error.clone()),
                (None, None) => Ok(None),
            },
        }
    }
}
