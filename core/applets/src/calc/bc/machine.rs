//! Runs what was compiled.

use std::rc::Rc;

use bstr::BString;
use kernel::Process;

use super::code::{Arithmetic, Comparison, Function, Name, Step};
use super::expression::NOT_A_PLACE;
use super::parse::Parser;
use super::state::{Callable, Setting, State, Value};
use super::token::Lexer;
use crate::calc::decimal::Decimal;
use crate::calc::fault::Fault;
use crate::calc::functions;
use crate::calc::printer::Printer;
use crate::calc::work::{self, Operation};
use crate::frame::say;
use crate::frame::stream::Lines;

/// The calls that may wait for others to come back.
const CALLS: usize = 50_000;
/// Output is handed on when there is so much of it.
const BUFFER: usize = 16 * 1024;

/// The steps here that are one of fuel.
const PER_TICK: u32 = 16;

struct Frame {
    function: Rc<Function>,
    at: usize,
}

pub(super) struct Machine {
    pub(super) state: State,
    pub(super) printer: Printer,
    stack: Vec<Value>,
    frames: Vec<Frame>,
    steps: u32,
    /// The rest of the line that the program has been read to, for messages.
    pub(super) rest: BString,
}

impl Machine {
    pub(super) fn new(printer: Printer) -> Machine {
        Machine {
            state: State::new(),
            printer,
            stack: Vec::new(),
            frames: Vec::new(),
            steps: 0,
            rest: BString::default(),
        }
    }

    /// Runs a statement to its end.
    pub(super) async fn run(
        &mut self,
        p: &mut Process,
        input: &mut Lines,
        statement: Function,
    ) -> Result<(), Fault> {
        self.stack.clear();
        self.frames.clear();
        self.frames.push(Frame { function: Rc::new(statement), at: 0 });
        let mut result = Ok(());
        while let (Ok(()), Some(frame)) = (&result, self.frames.last_mut()) {
            let function = frame.function.clone();
            let Some(step) = function.code.get(frame.at) else {
                self.frames.pop();
                continue;
            };
            frame.at += 1;
            self.steps = self.steps.wrapping_add(1);
            if self.steps.is_multiple_of(PER_TICK) {
                p.tick(1).await;
            }
            result = self.step(p, input, step).await;
            if self.printer.out.len() > BUFFER {
                self.flush(p).await?;
            }
        }
        self.flush(p).await?;
        result
    }

    pub(super) async fn flush(&mut self, p: &mut Process) -> Result<(), Fault> {
        let out = std::mem::take(&mut self.printer.out);
        say::print(p, out).await.map_err(Fault::Exit)
    }

    fn pop(&mut self) -> Value {
        // The compiler never takes more than it has put there.
        self.stack.pop().unwrap_or(Value::Void)
    }

    fn pop_number(&mut self) -> Result<Decimal, Fault> {
        let value = self.pop();
        self.state.number(&value)
    }

    fn push(&mut self, number: Decimal) {
        self.stack.push(Value::Number(number));
    }

    fn push_truth(&mut self, truth: bool) {
        self.push(Decimal::from_u64(u64::from(truth)));
    }

    async fn step(&mut self, p: &mut Process, input: &mut Lines, step: &Step) -> Result<(), Fault> {
        match step {
            Step::Arithmetic(operation) => {
                let (right, left) = (self.pop(), self.pop());
                let (left, right) = (self.state.number(&left)?, self.state.number(&right)?);
                let result = self.arithmetic(p, *operation, &left, &right).await?;
                self.push(result);
            }
            Step::Assign(operation) => {
                let (right, place) = (self.pop(), self.pop());
                self.assign(p, *operation, &place, &right).await?;
            }
            Step::Count { up, before } => self.count(p, *up, *before).await?,
            Step::Root => {
                let number = self.pop_number()?;
                let result = work::root(p, &number, self.state.scale).await?;
                self.push(result);
            }
            Step::Call(name, count) => self.call(p, name, *count).await?,
            Step::Read => self.read(p, input).await?,
            _ => self.quick(step)?,
        }
        Ok(())
    }

    /// The steps that take no time of their own.
    fn quick(&mut self, step: &Step) -> Result<(), Fault> {
        match step {
            Step::Number(text) => self.push(Decimal::read(text, self.state.ibase)),
            Step::Variable(name) => self.stack.push(Value::Variable(name.clone())),
            Step::Array(name) => self.stack.push(Value::Array(name.clone())),
            Step::Element(name) => {
                let index = State::index(&self.pop_number()?)?;
                self.stack.push(Value::Element(name.clone(), index));
            }
            Step::Last => self.stack.push(Value::Last),
            Step::Ibase => self.setting(Setting::Ibase, u64::from(self.state.ibase)),
            Step::Obase => self.setting(Setting::Obase, u64::from(self.state.obase)),
            Step::Scale => self.setting(Setting::Scale, self.state.scale as u64),
            Step::Compare(_) | Step::And | Step::Or | Step::Not | Step::Negate | Step::ScaleOf => {
                self.logic(step)?;
            }
            Step::Length => {
                let length = match self.pop() {
                    Value::Array(name) => self.state.array(&name).borrow().len(),
                    value => self.state.number(&value)?.length(),
                };
                self.push(Decimal::from_u64(length as u64));
            }
            Step::Return | Step::ReturnZero => self.give_back(*step == Step::Return)?,
            Step::Jump(target) => self.jump(*target),
            Step::JumpIfZero(target) => self.jump_if_zero(*target)?,
            Step::Pop => drop(self.pop()),
            Step::Print => {
                if let Some(Value::Void) = self.stack.last() {
                    return Ok(());
                }
                let value = self.pop();
                self.print(&value)?;
                self.printer.newline();
                self.stack.push(value);
            }
            Step::PrintPop => {
                let value = self.pop();
                self.print(&value)?;
            }
            Step::PrintString(text) => self.printer.string(text),
            Step::PrintText(text) => self.printer.text(text),
            Step::Halt => return Err(Fault::Quit),
            _ => {}
        }
        Ok(())
    }

    fn logic(&mut self, step: &Step) -> Result<(), Fault> {
        let right = self.pop_number()?;
        match step {
            Step::Not => self.push_truth(right.is_zero()),
            Step::Negate => self.push(right.negated()),
            Step::ScaleOf => self.push(Decimal::from_u64(right.scale() as u64)),
            _ => {
                let left = self.pop_number()?;
                self.push_truth(match step {
                    Step::And => !left.is_zero() && !right.is_zero(),
                    Step::Or => !left.is_zero() || !right.is_zero(),
                    Step::Compare(comparison) => holds(*comparison, &left, &right),
                    _ => false,
                });
            }
        }
        Ok(())
    }

    fn setting(&mut self, setting: Setting, value: u64) {
        self.stack.push(Value::Setting(setting, Decimal::from_u64(value)));
    }

    fn jump(&mut self, target: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.at = target;
        }
    }

    fn jump_if_zero(&mut self, target: usize) -> Result<(), Fault> {
        if self.pop_number()?.is_zero() {
            self.jump(target);
        }
        Ok(())
    }

    fn print(&mut self, value: &Value) -> Result<(), Fault> {
        let number = self.state.number(value)?;
        self.printer.number(&number, self.state.obase);
        self.state.last = number;
        Ok(())
    }

    async fn arithmetic(
        &mut self,
        p: &mut Process,
        operation: Arithmetic,
        left: &Decimal,
        right: &Decimal,
    ) -> Result<Decimal, Fault> {
        let operation = match operation {
            Arithmetic::Plus => return Ok(left.add(right)),
            Arithmetic::Minus => return Ok(left.subtract(right)),
            Arithmetic::Power => Operation::Power,
            Arithmetic::Multiply => Operation::Multiply,
            Arithmetic::Divide => Operation::Divide,
            Arithmetic::Modulus => Operation::Remainder,
        };
        Ok(work::operate(p, operation, left, right, self.state.scale).await?)
    }

    async fn assign(
        &mut self,
        p: &mut Process,
        operation: Option<Arithmetic>,
        place: &Value,
        right: &Value,
    ) -> Result<(), Fault> {
        let mut number = self.state.number(right)?;
        if let Some(operation) = operation {
            let left = self.state.number(place)?;
            number = self.arithmetic(p, operation, &left, &number).await?;
        }
        if self.state.assign(place, number.clone())?.is_none() {
            return Err(Fault::Message(bytes!("{} at '{}'", NOT_A_PLACE, self.rest)));
        }
        self.push(number);
        Ok(())
    }

    async fn count(&mut self, p: &mut Process, up: bool, before: bool) -> Result<(), Fault> {
        let place = self.pop();
        let old = self.state.number(&place)?;
        let operation = if up { Arithmetic::Plus } else { Arithmetic::Minus };
        let one = Value::Number(Decimal::from_u64(1));
        self.assign(p, Some(operation), &place, &one).await?;
        if !before {
            self.pop();
            self.push(old);
        }
        Ok(())
    }

    async fn call(&mut self, p: &mut Process, name: &Name, count: usize) -> Result<(), Fault> {
        let function = match self.state.functions.get(name).cloned() {
            None => return Err(Fault::of("undefined function")),
            Some(Callable::Program(function)) => function,
            Some(Callable::Library(library)) => {
                expect_arguments(library.parameters(), count)?;
                let last = self.pop_number()?;
                let first = if count == 2 { self.pop_number()? } else { Decimal::default() };
                let result = functions::call(p, library, &first, &last, self.state.scale).await?;
                self.push(result);
                return Ok(());
            }
        };
        expect_arguments(function.parameters, count)?;
        if self.frames.len() == CALLS {
            return Err(Fault::Message(bytes!("more than {} calls", CALLS.to_string())));
        }
        for (name, kind) in function.locals[..count].iter().rev() {
            let argument = self.pop();
            self.state.bind(name, *kind, &argument)?;
        }
        for (name, kind) in &function.locals[count..] {
            self.state.declare(name, *kind);
        }
        self.frames.push(Frame { function, at: 0 });
        Ok(())
    }

    fn give_back(&mut self, valued: bool) -> Result<(), Fault> {
        let value =
            if valued { Value::Number(self.pop_number()?) } else { Value::Number(Decimal::default()) };
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        for (name, kind) in &frame.function.locals {
            self.state.release(name, *kind);
        }
        self.stack.push(if !valued && frame.function.void { Value::Void } else { value });
        Ok(())
    }

    /// An expression from the next line of standard input.
    async fn read(&mut self, p: &mut Process, input: &mut Lines) -> Result<(), Fault> {
        self.flush(p).await?;
        let line = input.next(p).await.unwrap_or_default().unwrap_or_default();
        let function = Parser::new(Lexer::new(&line, true)?).read()?;
        self.frames.push(Frame { function: Rc::new(function), at: 0 });
        Ok(())
    }
}

fn expect_arguments(wanted: usize, given: usize) -> Result<(), Fault> {
    if wanted == given {
        return Ok(());
    }
    let (wanted, given) = (wanted.to_string(), given.to_string());
    Err(Fault::Message(bytes!("function has {} parameters, but called with {}", wanted, given)))
}

fn holds(comparison: Comparison, left: &Decimal, right: &Decimal) -> bool {
    let order = left.compare(right);
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::AtMost => order.is_le(),
        Comparison::AtLeast => order.is_ge(),
        Comparison::Different => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::Greater => order.is_gt(),
    }
}
