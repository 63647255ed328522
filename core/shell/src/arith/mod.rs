//! Arithmetic expansion.
//!
//! busybox 1.37 evaluates expressions with an operator stack: variables are read from left to right, the branch of
//! `?:` that is not taken has no effects, but both sides of `&&` and `||` are computed. The same method gives the same
//! quirks and errors. (1.36 computes both branches, too, and reads variables when their operator is applied.)

mod expression;
mod number;
mod operator;
mod scan;

use bstr::BString;
use smallvec::SmallVec;

use crate::ast::NameRef;
use crate::limits::MAX_ARITHMETIC_DEPTH;
pub use expression::Expression;
use expression::Source;
use operator::{Binary, CHOICE_PRECEDENCE, Plain, Unary};
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
    /// `:` without its `?`.
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
    /// The value of a variable.
    fn value(&mut self, name: NameRef<'_>) -> Result<Value, ArithmeticError>;
    /// Assigns a variable.
    fn assign(&mut self, name: NameRef<'_>, value: i64) -> Result<(), ArithmeticError>;
}

/// What a variable holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing: it is unset.
    Unset,
    /// A plain decimal number.
    Number(i64),
    /// Any other text, which is an expression itself.
    Text(BString),
}

impl From<Option<&[u8]>> for Value {
    fn from(text: Option<&[u8]>) -> Value {
        match text {
            None => Value::Unset,
            Some(text) => number::plain_decimal(text).map_or_else(|| Value::Text(text.into()), Value::Number),
        }
    }
}

/// The value of `text`; an empty expression is 0.
pub fn evaluate(text: &[u8], variables: &mut dyn Variables) -> Result<i64, ArithmeticError> {
    evaluate_nested(Source::Text(Scanner::new(text)), variables, 0)
}

/// The value of an expression that has been read before.
pub fn evaluate_read(expression: &Expression, variables: &mut dyn Variables) -> Result<i64, ArithmeticError> {
    evaluate_nested(Source::Read { expression, at: 0 }, variables, 0)
}

fn evaluate_nested(
    source: Source<'_>,
    variables: &mut dyn Variables,
    depth: usize,
) -> Result<i64, ArithmeticError> {
    if depth > MAX_ARITHMETIC_DEPTH {
        return Err(ArithmeticError::Loop);
    }
    let (operands, operators) = (SmallVec::new(), SmallVec::new());
    Evaluation { variables, depth, operands, operators, skipping: false }.run(source)
}

/// A value on the operand stack.
#[derive(Debug, Clone, Copy)]
enum Operand<'t> {
    Number(i64),
    /// A variable that has not been read yet, so that it can be assigned.
    Name(NameRef<'t>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Open,
    Unary(Unary),
    Binary(Binary),
    /// `condition ?`, whose `:` is still to come.
    Question(Choice),
    /// `condition ? yes :`, with the value of `yes` on the operand stack.
    Colon(Choice),
}

/// What a `?` has found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Choice {
    condition: bool,
    /// The whole choice stands in a branch that is not taken.
    skipped: bool,
}

struct Evaluation<'v, 't> {
    variables: &'v mut dyn Variables,
    depth: usize,
    operands: SmallVec<[Operand<'t>; 6]>,
    operators: SmallVec<[Operator; 6]>,
    /// A branch that is not taken is being read: no variable is read or assigned, no division fails.
    skipping: bool,
}

impl<'t> Evaluation<'_, 't> {
    fn run(mut self, mut source: Source<'t>) -> Result<i64, ArithmeticError> {
        let mut after_operand = false;
        let mut empty = true;
        while let Some(symbol) = source.next(after_operand)? {
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
            self.apply(operator)?;
        }
        match self.operands.as_slice() {
            [_] => self.pop_number(),
            _ => Err(ArithmeticError::Syntax),
        }
    }

    /// Takes one symbol; tells whether an operand has just been completed.
    fn symbol(&mut self, symbol: Symbol<NameRef<'t>>, after_operand: bool) -> Result<bool, ArithmeticError> {
        match symbol {
            Symbol::Number(_) | Symbol::Name(_) | Symbol::Open | Symbol::Unary(_) if after_operand => {
                Err(ArithmeticError::Syntax)
            }
            Symbol::Binary(_) | Symbol::Step(_) | Symbol::Close | Symbol::Question | Symbol::Colon
                if !after_operand =>
            {
                Err(ArithmeticError::Syntax)
            }
            Symbol::Number(value) => {
                self.operands.push(Operand::Number(value));
                Ok(true)
            }
            Symbol::Name(name) => {
                self.operands.push(Operand::Name(name));
                Ok(true)
            }
            Symbol::Open => self.push_operator(Operator::Open),
            Symbol::Unary(unary) => self.push_operator(Operator::Unary(unary)),
            Symbol::Step(step) => self.postfix(step),
            Symbol::Close => self.close(),
            Symbol::Binary(binary) => {
                self.reduce(binary.precedence(), binary.is_right_associative())?;
                if !matches!(binary, Binary::Assign(_)) {
                    self.settle_top()?;
                }
                self.push_operator(Operator::Binary(binary))
            }
            Symbol::Question => self.question(),
            Symbol::Colon => self.colon(),
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

    /// Applies the operators on the stack that go before one of this precedence.
    fn reduce(&mut self, precedence: u8, is_right_associative: bool) -> Result<(), ArithmeticError> {
        while let Some(&top) = self.operators.last() {
            let of_top = match top {
                Operator::Open | Operator::Question(_) => break,
                Operator::Unary(_) => u8::MAX,
                Operator::Binary(top) => top.precedence(),
                Operator::Colon(_) => CHOICE_PRECEDENCE,
            };
            let goes_first = of_top > precedence || of_top == precedence && !is_right_associative;
            if !goes_first {
                break;
            }
            self.operators.pop();
            self.apply(top)?;
        }
        Ok(())
    }

    /// Reads the variable that the last operand names.
    fn settle_top(&mut self) -> Result<i64, ArithmeticError> {
        let value = self.pop_number()?;
        self.operands.push(Operand::Number(value));
        Ok(value)
    }

    fn question(&mut self) -> Result<bool, ArithmeticError> {
        self.reduce(CHOICE_PRECEDENCE, true)?;
        let condition = self.pop_number()? != 0;
        let choice = Choice { condition, skipped: self.skipping };
        self.skipping |= !condition;
        self.push_operator(Operator::Question(choice))
    }

    fn colon(&mut self) -> Result<bool, ArithmeticError> {
        let choice = loop {
            match self.operators.pop() {
                Some(Operator::Question(choice)) => break choice,
                Some(Operator::Open) | None => return Err(ArithmeticError::Conditional),
                Some(operator) => self.apply(operator)?,
            }
        };
        self.settle_top()?;
        self.skipping = choice.skipped || choice.condition;
        self.push_operator(Operator::Colon(choice))
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
        self.settle_top()?;
        Ok(true)
    }

    /// `x++` and `x--`: the value is the old one.
    fn postfix(&mut self, step: i64) -> Result<bool, ArithmeticError> {
        let Some(Operand::Name(name)) = self.operands.pop() else { return Err(ArithmeticError::Syntax) };
        let value = self.read(name)?;
        self.assign(name, value.wrapping_add(step))?;
        self.operands.push(Operand::Number(value));
        Ok(true)
    }

    fn apply(&mut self, operator: Operator) -> Result<(), ArithmeticError> {
        let result = match operator {
            Operator::Open | Operator::Question(_) => return Err(ArithmeticError::Syntax),
            Operator::Unary(unary) => self.unary(unary)?,
            Operator::Binary(binary) => self.binary(binary)?,
            Operator::Colon(choice) => {
                let no = self.pop_number()?;
                let yes = self.pop_number()?;
                self.skipping = choice.skipped;
                if choice.condition { yes } else { no }
            }
        };
        self.operands.push(Operand::Number(result));
        Ok(())
    }

    fn unary(&mut self, unary: Unary) -> Result<i64, ArithmeticError> {
        if let Unary::Step(step) = unary {
            let Some(Operand::Name(name)) = self.operands.pop() else { return Err(ArithmeticError::Syntax) };
            let value = self.read(name)?.wrapping_add(step);
            self.assign(name, value)?;
            return Ok(value);
        }
        Ok(unary.apply(self.pop_number()?))
    }

    fn binary(&mut self, binary: Binary) -> Result<i64, ArithmeticError> {
        let right = self.pop_number()?;
        let left = self.operands.pop().ok_or(ArithmeticError::Syntax)?;
        match binary {
            Binary::Assign(combine) => {
                let Operand::Name(name) = left else { return Err(ArithmeticError::Syntax) };
                let value = match combine {
                    Some(combine) => {
                        let left = self.read(name)?;
                        self.compute(combine, left, right)?
                    }
                    None => right,
                };
                self.assign(name, value)?;
                Ok(value)
            }
            Binary::Plain(plain) => {
                let left = self.number(left)?;
                self.compute(plain, left, right)
            }
        }
    }

    fn compute(&self, operation: Plain, left: i64, right: i64) -> Result<i64, ArithmeticError> {
        match operation.apply(left, right) {
            Err(_) if self.skipping => Ok(0),
            result => result,
        }
    }

    fn assign(&mut self, name: NameRef<'_>, value: i64) -> Result<(), ArithmeticError> {
        if self.skipping { Ok(()) } else { self.variables.assign(name, value) }
    }

    fn pop_number(&mut self) -> Result<i64, ArithmeticError> {
        let operand = self.operands.pop().ok_or(ArithmeticError::Syntax)?;
        self.number(operand)
    }

    fn number(&mut self, operand: Operand<'t>) -> Result<i64, ArithmeticError> {
        match operand {
            Operand::Number(value) => Ok(value),
            Operand::Name(name) => self.read(name),
        }
    }

    /// The value of a variable, whose text is an expression itself.
    fn read(&mut self, name: NameRef<'_>) -> Result<i64, ArithmeticError> {
        if self.skipping {
            return Ok(0);
        }
        match self.variables.value(name)? {
            Value::Unset => Ok(0),
            Value::Number(value) => Ok(value),
            Value::Text(text) => {
                evaluate_nested(Source::Text(Scanner::new(&text)), self.variables, self.depth + 1)
            }
        }
    }
}

#[cfg(test)]
mod tests;
