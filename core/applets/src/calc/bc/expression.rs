//! Expressions: operators wait on a stack until one comes that binds less.

use std::rc::Rc;

use super::code::{Arithmetic, Comparison, Name, Step};
use super::parse::Parser;
use super::token::{Keyword, Token};
use crate::calc::fault::Fault;

/// Where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Its value is used.
    Value,
    /// It decides; one comparison is what POSIX expects.
    Condition,
    /// A statement: the value is printed unless it is assigned.
    Statement,
    /// An argument: arrays can be passed.
    Argument,
}

/// What the last operand or operator was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Previous {
    Nothing,
    /// A variable or element: can be assigned to.
    Place,
    /// Another operand.
    Operand,
    /// `++` or `--` before an operand, which is no place any more.
    Stepped,
    Operator,
    Not,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Open,
    Negate,
    Not,
    Arithmetic(Arithmetic),
    Assign(Option<Arithmetic>),
    Compare(Comparison),
    And,
    Or,
}

impl Operator {
    /// The lower, the tighter it binds; and whether equals group from the left.
    fn binding(self) -> (u8, bool) {
        match self {
            Operator::Open | Operator::Negate | Operator::Not => (1, false),
            Operator::Arithmetic(Arithmetic::Power) => (2, false),
            Operator::Arithmetic(Arithmetic::Multiply | Arithmetic::Divide | Arithmetic::Modulus) => {
                (3, true)
            }
            Operator::Arithmetic(Arithmetic::Plus | Arithmetic::Minus) => (4, true),
            Operator::Assign(_) => (5, false),
            Operator::Compare(_) => (6, true),
            Operator::And | Operator::Or => (7, true),
        }
    }

    fn step(self) -> Step {
        match self {
            Operator::Open | Operator::Negate => Step::Negate,
            Operator::Not => Step::Not,
            Operator::Arithmetic(operation) => Step::Arithmetic(operation),
            Operator::Assign(operation) => Step::Assign(operation),
            Operator::Compare(comparison) => Step::Compare(comparison),
            Operator::And => Step::And,
            Operator::Or => Step::Or,
        }
    }
}

fn operator(sign: &str) -> Option<Operator> {
    use {Arithmetic as A, Comparison as C, Operator as O};
    Some(match sign {
        "+" => O::Arithmetic(A::Plus),
        "*" => O::Arithmetic(A::Multiply),
        "/" => O::Arithmetic(A::Divide),
        "%" => O::Arithmetic(A::Modulus),
        "^" => O::Arithmetic(A::Power),
        "=" => O::Assign(None),
        "+=" => O::Assign(Some(A::Plus)),
        "-=" => O::Assign(Some(A::Minus)),
        "*=" => O::Assign(Some(A::Multiply)),
        "/=" => O::Assign(Some(A::Divide)),
        "%=" => O::Assign(Some(A::Modulus)),
        "^=" => O::Assign(Some(A::Power)),
        "==" => O::Compare(C::Equal),
        "!=" => O::Compare(C::Different),
        "<=" => O::Compare(C::AtMost),
        ">=" => O::Compare(C::AtLeast),
        "<" => O::Compare(C::Less),
        ">" => O::Compare(C::Greater),
        "&&" => O::And,
        "||" => O::Or,
        "!" => O::Not,
        _ => return None,
    })
}

/// One expression on its way.
struct Expression<'a, 't> {
    parser: &'a mut Parser<'t>,
    waiting: Vec<Operator>,
    /// Values that the code so far leaves, if all operators find theirs.
    values: isize,
    open: usize,
    comparisons: usize,
    previous: Previous,
    /// An operand is due.
    due: bool,
    /// The last token closed a parenthesis or a call.
    closed: bool,
    stepped: bool,
    argument: bool,
}

/// The message about something that cannot be assigned to.
pub(super) const NOT_A_PLACE: &str = "bad assignment: left side must be variable or array element";

impl Parser<'_> {
    pub(super) fn expression(&mut self, role: Role) -> Result<(), Fault> {
        self.descend()?;
        let in_parentheses = self.lexer.is("(");
        let mut expression = Expression {
            parser: self,
            waiting: Vec::new(),
            values: 0,
            open: 0,
            comparisons: 0,
            previous: Previous::Nothing,
            due: true,
            closed: false,
            stepped: false,
            argument: role == Role::Argument,
        };
        while expression.token()? {}
        let (assigned, comparisons) = expression.finish()?;
        match role {
            Role::Condition if comparisons > 1 => {
                self.remark("POSIX requires exactly one comparison operator per condition");
            }
            Role::Value | Role::Statement | Role::Argument if comparisons > 0 => {
                self.lexer.not_posix("comparison operators outside if or loops");
            }
            _ => {}
        }
        if role == Role::Statement {
            if in_parentheses || !assigned {
                self.emit(Step::Print);
            }
            self.emit(Step::Pop);
        }
        self.ascend();
        Ok(())
    }
}

impl Expression<'_, '_> {
    fn bad(&self) -> Fault {
        self.parser.lexer.fault("bad expression")
    }

    /// Whether something stands here already that an operand cannot follow.
    fn complete(&self) -> bool {
        !self.due && (self.closed || matches!(self.previous, Previous::Place | Previous::Operand))
    }

    /// Takes a token; `false` when it does not belong to the expression.
    fn token(&mut self) -> Result<bool, Fault> {
        match self.parser.lexer.token {
            Token::Number => {
                let text = std::mem::take(&mut self.parser.lexer.value);
                self.operand(Previous::Operand)?;
                self.parser.emit(Step::Number(text.into()));
                self.parser.lexer.next()?;
            }
            Token::Name => {
                self.operand(Previous::Place)?;
                self.previous = self.name(true)?;
                self.closed = self.previous == Previous::Operand && self.parser.called;
            }
            Token::Keyword(keyword) => return self.keyword(keyword),
            Token::Sign(sign) => return self.sign(sign),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn operand(&mut self, previous: Previous) -> Result<(), Fault> {
        if self.complete() {
            return Err(self.bad());
        }
        self.previous = previous;
        self.values += 1;
        self.due = false;
        self.closed = false;
        Ok(())
    }

    fn keyword(&mut self, keyword: Keyword) -> Result<bool, Fault> {
        let step = match keyword {
            Keyword::Ibase => Step::Ibase,
            Keyword::Obase => Step::Obase,
            Keyword::Last => Step::Last,
            Keyword::Scale => {
                self.operand(Previous::Place)?;
                self.previous = self.scale()?;
                return Ok(true);
            }
            Keyword::Length | Keyword::Sqrt => {
                self.operand(Previous::Operand)?;
                self.parser.lexer.next()?;
                self.parser.parenthesized(Role::Argument)?;
                self.parser.emit(if keyword == Keyword::Length { Step::Length } else { Step::Root });
                self.stepped = false;
                return Ok(true);
            }
            Keyword::Read => {
                self.operand(Previous::Operand)?;
                self.parser.lexer.next()?;
                self.parser.expect("(")?;
                self.parser.expect(")")?;
                self.parser.emit(Step::Read);
                self.stepped = false;
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.operand(Previous::Place)?;
        self.parser.emit(step);
        self.parser.lexer.next()?;
        Ok(true)
    }

    /// `scale`, or `scale(x)`.
    fn scale(&mut self) -> Result<Previous, Fault> {
        self.parser.lexer.next()?;
        if !self.parser.lexer.is("(") {
            self.parser.emit(Step::Scale);
            return Ok(Previous::Place);
        }
        self.parser.parenthesized(Role::Value)?;
        self.parser.emit(Step::ScaleOf);
        Ok(Previous::Operand)
    }

    fn sign(&mut self, sign: &'static str) -> Result<bool, Fault> {
        match sign {
            "++" | "--" => self.step(sign == "++")?,
            "-" => self.minus()?,
            "(" => {
                if self.complete() {
                    return Err(self.bad());
                }
                self.waiting.push(Operator::Open);
                self.open += 1;
                self.closed = false;
                self.stepped = false;
                self.parser.lexer.next()?;
            }
            ")" => {
                if self.due || self.previous == Previous::Not {
                    return Err(self.bad());
                }
                if self.open == 0 {
                    return Ok(false);
                }
                self.close()?;
            }
            _ => match operator(sign) {
                Some(operator) => self.operator(operator)?,
                None => return Ok(false),
            },
        }
        Ok(true)
    }

    fn operator(&mut self, operator: Operator) -> Result<(), Fault> {
        if matches!(operator, Operator::Assign(_)) && self.previous != Previous::Place {
            return Err(self.parser.lexer.fault(NOT_A_PLACE));
        }
        if operator == Operator::Not {
            if !self.due && self.parser.lexer.before != Token::Sign("!") {
                return Err(self.bad());
            }
        } else if self.previous == Previous::Not {
            return Err(self.bad());
        }
        self.comparisons += usize::from(matches!(operator, Operator::Compare(_)));
        self.previous = if operator == Operator::Not { Previous::Not } else { Previous::Operator };
        self.wait(operator);
        self.closed = false;
        self.stepped = false;
        self.due = operator != Operator::Not;
        self.parser.lexer.next()
    }

    fn minus(&mut self) -> Result<(), Fault> {
        self.parser.lexer.next()?;
        self.due = self.complete();
        if self.due {
            self.wait(Operator::Arithmetic(Arithmetic::Minus));
            self.stepped = false;
        } else {
            self.waiting.push(Operator::Negate);
        }
        self.previous = Previous::Operator;
        self.closed = false;
        Ok(())
    }

    /// Emits what binds tighter and lets the operator wait.
    fn wait(&mut self, operator: Operator) {
        let (binding, from_left) = operator.binding();
        while let Some(&top) = self.waiting.last() {
            let above = top.binding().0;
            if top == Operator::Open || above > binding || (above == binding && !from_left) {
                break;
            }
            self.waiting.pop();
            self.emit(top);
        }
        self.waiting.push(operator);
    }

    fn emit(&mut self, operator: Operator) {
        self.parser.emit(operator.step());
        self.values -= isize::from(!matches!(operator, Operator::Not | Operator::Negate));
    }

    fn close(&mut self) -> Result<(), Fault> {
        loop {
            match self.waiting.pop() {
                None => return Err(self.bad()),
                Some(Operator::Open) => break,
                Some(operator) => self.emit(operator),
            }
        }
        self.open -= 1;
        self.closed = true;
        self.due = false;
        self.stepped = false;
        self.parser.lexer.next()
    }

    /// `++` and `--`, before or after their operand.
    fn step(&mut self, up: bool) -> Result<(), Fault> {
        if self.stepped {
            return Err(self.parser.lexer.fault(NOT_A_PLACE));
        }
        self.parser.lexer.next()?;
        if self.previous == Previous::Place {
            self.parser.emit(Step::Count { up, before: false });
            self.previous = Previous::Operand;
        } else {
            self.values += 1;
            let step = match self.parser.lexer.token {
                Token::Name => {
                    self.name(false)?;
                    None
                }
                Token::Keyword(Keyword::Ibase) => Some(Step::Ibase),
                Token::Keyword(Keyword::Obase) => Some(Step::Obase),
                Token::Keyword(Keyword::Last) => Some(Step::Last),
                Token::Keyword(Keyword::Scale) => Some(Step::Scale),
                _ => return Err(self.parser.bad_token()),
            };
            if let Some(step) = step {
                self.parser.emit(step);
                self.parser.lexer.next()?;
            }
            if self.parser.lexer.before == Token::Keyword(Keyword::Scale) && self.parser.lexer.is("(") {
                return Err(self.parser.bad_token());
            }
            self.parser.emit(Step::Count { up, before: true });
            self.previous = Previous::Stepped;
        }
        self.stepped = true;
        self.closed = false;
        self.due = false;
        Ok(())
    }

    /// A variable, an element, an array where one may stand, a call.
    fn name(&mut self, calls: bool) -> Result<Previous, Fault> {
        let name: Name = Rc::from(self.parser.lexer.value.as_slice());
        self.parser.lexer.next()?;
        self.parser.called = false;
        if self.parser.lexer.is("[") {
            self.parser.lexer.next()?;
            if self.parser.lexer.is("]") {
                if !self.argument {
                    return Err(self.bad());
                }
                self.parser.lexer.next()?;
                self.parser.emit(Step::Array(name));
                return Ok(Previous::Operand);
            }
            self.parser.expression(if self.argument { Role::Argument } else { Role::Value })?;
            self.parser.lexer.next()?;
            self.parser.emit(Step::Element(name));
            return Ok(Previous::Place);
        }
        if self.parser.lexer.is("(") {
            if !calls {
                return Err(self.parser.bad_token());
            }
            let count = self.parser.arguments()?;
            self.parser.emit(Step::Call(name, count));
            self.parser.called = true;
            return Ok(Previous::Operand);
        }
        self.parser.emit(Step::Variable(name));
        Ok(Previous::Place)
    }

    /// Emits what waits; whether the last operator was an assignment, and how many comparisons there were.
    fn finish(mut self) -> Result<(bool, usize), Fault> {
        let mut assigned = false;
        while let Some(top) = self.waiting.pop() {
            if top == Operator::Open {
                return Err(self.bad());
            }
            assigned = matches!(top, Operator::Assign(_));
            self.emit(top);
        }
        if self.previous == Previous::Not || self.values != 1 {
            return Err(self.bad());
        }
        Ok((assigned, self.comparisons))
    }
}
