//! Arithmetic expansion.
//!
//! busybox evaluates expressions with an operator stack and no short circuit: both sides of `&&`, `||` and `?:`
//! are computed, and `?:` is built from two binary operators. The same method gives the same quirks and errors.

mod number;
mod operator;
mod scan;

use bstr::{BStr, BString};

use crate::limits::MAX_ARITHMETIC_DEPTH;
use operator::{Binary, Unary};
use scan::{Scanner, Symbol};

/// Why an expression has no value. The text is ash's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    /// The expression is malformed.
    #[error("arithmetic syntax error")]
    Syntax,
    /// `/` or `%` by zero.
    #[error("divide by zero")]
    DivideByZero,
    /// `**` with a negative exponent.
    #[error("exponent less than 0")]
    NegativeExponent,
    /// `?` without its `:`, or the reverse.
    #[error("malformed ?: operator")]
    Conditional,
    /// A variable's value names the variable again.
    #[error("expression recursion loop detected")]
    Loop,
    /// A variable could not be read or assigned; the text says why.
    #[error("{0}")]
    Variable(BString),
}

/// The variables that an expression reads and assigns.
pub trait Variables {
    /// The value of a variable; `None` when it is unset.
    fn value(&mut self, name: &BStr) -> Result<Option<BString>, ArithmeticError>;
    /// Assigns a variable.
    fn assign(&mut self, name: &BStr, value: i64) -> Result<(), ArithmeticError>;
}

/// The value of `text`; an empty expression is 0.
pub fn evaluate(text: &[u8], variables: &mut dyn Variables) -> Result<i64, ArithmeticError> {
    evaluate_nested(text, variables, 0)
}

fn evaluate_nested(text: &[u8], variables: &mut dyn Variables, depth: usize) -> Result<i64, ArithmeticError> {
    if depth > MAX_ARITHMETIC_DEPTH {
        return Err(ArithmeticError::Loop);
    }
    let mut evaluation = Evaluation { variables, depth, operands: Vec::new(), operators: Vec::new() };
    evaluation.run(text)
}

/// A value on the operand stack.
#[derive(Debug, Clone, Copy)]
enum Operand<'t> {
    Number(i64),
    /// A variable that has not been read yet, so that it can be assigned.
    Name(&'t BStr),
    /// `a:b`, waiting for its `?`.
    Choice(i64, i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Open,
    Unary(Unary),
    Binary(Binary),
}

struct Evaluation<'v, 't> {
    variables: &'v mut dyn Variables,
    depth: usize,
    operands: Vec<Operand<'t>>,
    operators: Vec<Operator>,
}

impl<'t> Evaluation<'_, 't> {
    fn run(&mut self, text: &'t [u8]) -> Result<i64, ArithmeticError> {
        let mut scanner = Scanner::new(text);
        let mut after_operand = false;
        let mut empty = true;
        while let Some(symbol) = scanner.next(after_operand)? {
            empty = false;
            after_operand = self.symbol(symbol, after_operand)?;
        }
        if empty {
            return Ok(0);
        }
        if !after_operand {
            return Err(ArithmeticError::Syntax);
        }
        while let Some(operator) = self.operators.pop() {
            if operator == Operator::Open {
                return Err(ArithmeticError::Syntax);
            }
            self.apply(operator)?;
        }
        match self.operands.as_slice() {
            [_] => self.pop_number(),
            _ => Err(ArithmeticError::Syntax),
        }
    }

    /// Takes one symbol; tells whether an operand has just been completed.
    fn symbol(&mut self, symbol: Symbol<'t>, after_operand: bool) -> Result<bool, ArithmeticError> {
        match symbol {
            Symbol::Number(_) | Symbol::Name(_) | Symbol::Open | Symbol::Unary(_) if after_operand => {
                Err(ArithmeticError::Syntax)
            }
            Symbol::Binary(_) | Symbol::Step(_) | Symbol::Close if !after_operand => {
                Err(ArithmeticError::Syntax)
            }
            Symbol::Number(value) => {
                self.operands.push(Operand::Number(value));
                Ok(true)
            }
            Symbol::Name(name) => {
                self.operands.push(Operand::Name(name.into()));
                Ok(true)
            }
            Symbol::Open => self.push_operator(Operator::Open),
            Symbol::Unary(unary) => self.push_operator(Operator::Unary(unary)),
            Symbol::Step(step) => self.postfix(step),
            Symbol::Close => self.close(),
            Symbol::Binary(binary) => {
                self.reduce(binary)?;
                self.push_operator(Operator::Binary(binary))
            }
        }
    }

    fn push_operator(&mut self, operator: Operator) -> Result<bool, ArithmeticError> {
        if operator == Operator::Open
            && self.operators.iter().filter(|open| **open == Operator::Open).count() >= MAX_ARITHMETIC_DEPTH
        {
            return Err(ArithmeticError::Loop);
        }
        self.operators.push(operator);
        Ok(false)
    }

    /// Applies the operators on the stack that bind tighter than `next`.
    fn reduce(&mut self, next: Binary) -> Result<(), ArithmeticError> {
        while let Some(&top) = self.operators.last() {
            let goes_first = match top {
                Operator::Open => false,
                Operator::Unary(_) => true,
                Operator::Binary(top) => {
                    top.precedence() > next.precedence()
                        || top.precedence() == next.precedence() && !next.is_right_associative()
                }
            };
            if !goes_first {
                break;
            }
            self.operators.pop();
            self.apply(top)?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<bool, ArithmeticError> {
        loop {
            match self.operators.pop() {
                Some(Operator::Open) => break,
                Some(operator) => self.apply(operator)?,
                None => return Err(ArithmeticError::Syntax),
            }
        }
        // What stood in parentheses is a value and cannot be assigned.
        let value = self.pop_number()?;
        self.operands.push(Operand::Number(value));
        Ok(true)
    }

    /// `x++` and `x--`: the value is the old one.
    fn postfix(&mut self, step: i64) -> Result<bool, ArithmeticError> {
        let Some(Operand::Name(name)) = self.operands.pop() else { return Err(ArithmeticError::Syntax) };
        let value = self.read(name)?;
        self.variables.assign(name, value.wrapping_add(step))?;
        self.operands.push(Operand::Number(value));
        Ok(true)
    }

    fn apply(&mut self, operator: Operator) -> Result<(), ArithmeticError> {
        let result = match operator {
            Operator::Open => return Err(ArithmeticError::Syntax),
            Operator::Unary(unary) => self.unary(unary)?,
            Operator::Binary(binary) => self.binary(binary)?,
        };
        self.operands.push(result);
        Ok(())
    }

    fn unary(&mut self, unary: Unary) -> Result<Operand<'t>, ArithmeticError> {
        if let Unary::Step(step) = unary {
            let Some(Operand::Name(name)) = self.operands.pop() else { return Err(ArithmeticError::Syntax) };
            let value = self.read(name)?.wrapping_add(step);
            self.variables.assign(name, value)?;
            return Ok(Operand::Number(value));
        }
        Ok(Operand::Number(unary.apply(self.pop_number()?)))
    }

    fn binary(&mut self, binary: Binary) -> Result<Operand<'t>, ArithmeticError> {
        if binary == Binary::Question {
            let Some(Operand::Choice(yes, no)) = self.operands.pop() else {
                return Err(ArithmeticError::Conditional);
            };
            let condition = self.pop_number()?;
            return Ok(Operand::Number(if condition != 0 { yes } else { no }));
        }
        let right = self.pop_number()?;
        let left = self.operands.pop().ok_or(ArithmeticError::Syntax)?;
        match binary {
            Binary::Colon => Ok(Operand::Choice(self.number(left)?, right)),
            Binary::Assign(combine) => {
                let Operand::Name(name) = left else { return Err(ArithmeticError::Syntax) };
                let value = match combine {
                    Some(combine) => combine.apply(self.read(name)?, right)?,
                    None => right,
                };
                self.variables.assign(name, value)?;
                Ok(Operand::Number(value))
            }
            Binary::Plain(plain) => Ok(Operand::Number(plain.apply(self.number(left)?, right)?)),
            Binary::Question => Err(ArithmeticError::Conditional),
        }
    }

    fn pop_number(&mut self) -> Result<i64, ArithmeticError> {
        let operand = self.operands.pop().ok_or(ArithmeticError::Syntax)?;
        self.number(operand)
    }

    fn number(&mut self, operand: Operand<'t>) -> Result<i64, ArithmeticError> {
        match operand {
            Operand::Number(value) => Ok(value),
            Operand::Name(name) => self.read(name),
            Operand::Choice(..) => Err(ArithmeticError::Conditional),
        }
    }

    /// The value of a variable, whose text is an expression itself.
    fn read(&mut self, name: &BStr) -> Result<i64, ArithmeticError> {
        match self.variables.value(name)? {
            None => Ok(0),
            Some(text) => match number::plain_decimal(&text) {
                Some(value) => Ok(value),
                None => evaluate_nested(&text, self.variables, self.depth + 1),
            },
        }
    }
}

#[cfg(test)]
mod tests;
