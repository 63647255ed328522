//! The stack of dc and what the commands do with it.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use kernel::Process;

use super::code::{Command, Comparison, Reader};
use crate::calc::decimal::Decimal;
use crate::calc::fault::Fault;
use crate::calc::printer::{Printer, in_base};
use crate::calc::work::{self, Operation};
use crate::frame::say;
use crate::frame::stream::Lines;

/// The texts that may wait for others to end.
const LEVELS: usize = 200_000;

/// The commands that are one step of fuel.
const PER_TICK: u32 = 16;

/// A text, and the commands that it is once it has been run.
#[derive(Debug)]
pub(super) struct Text {
    bytes: Rc<[u8]>,
    code: OnceCell<Rc<[Command]>>,
}

impl Text {
    fn value(bytes: Rc<[u8]>) -> Value {
        Value::Text(Rc::new(Text { bytes, code: OnceCell::new() }))
    }
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    Number(Decimal),
    Text(Rc<Text>),
}

fn too_few() -> Fault {
    Fault::of("stack has too few elements")
}

fn wrong_type() -> Fault {
    Fault::of("variable is wrong type")
}

pub(super) struct Machine {
    stack: Vec<Value>,
    /// Each has its first value, 0, from the start.
    registers: BTreeMap<Rc<[u8]>, Vec<Value>>,
    arrays: BTreeMap<Rc<[u8]>, BTreeMap<u64, Decimal>>,
    levels: Vec<(Rc<[Command]>, usize)>,
    steps: u32,
    scale: usize,
    input_base: u32,
    output_base: u32,
    pub(super) long_names: bool,
    printer: Printer,
}

impl Machine {
    pub(super) fn new(printer: Printer) -> Machine {
        Machine {
            stack: Vec::new(),
            registers: BTreeMap::new(),
            arrays: BTreeMap::new(),
            levels: Vec::new(),
            steps: 0,
            scale: 0,
            input_base: 10,
            output_base: 10,
            long_names: false,
            printer,
        }
    }

    /// Runs a command and all that it calls.
    pub(super) async fn run(
        &mut self,
        p: &mut Process,
        input: &mut Lines,
        command: Command,
    ) -> Result<(), Fault> {
        let mut result = self.command(p, input, &command).await;
        while let (Ok(()), Some((code, at))) = (&result, self.levels.last_mut()) {
            let code = code.clone();
            let Some(command) = code.get(*at) else {
                self.levels.pop();
                continue;
            };
            *at += 1;
            self.steps = self.steps.wrapping_add(1);
            if self.steps.is_multiple_of(PER_TICK) {
                p.tick(1).await;
            }
            result = self.command(p, input, command).await;
        }
        self.levels.clear();
        self.flush(p).await?;
        result
    }

    pub(super) async fn flush(&mut self, p: &mut Process) -> Result<(), Fault> {
        let out = std::mem::take(&mut self.printer.out);
        say::print(p, out).await.map_err(Fault::Exit)
    }

    fn top(&self) -> Result<&Value, Fault> {
        self.stack.last().ok_or_else(too_few)
    }

    fn pop(&mut self) -> Result<Value, Fault> {
        self.stack.pop().ok_or_else(too_few)
    }

    fn pop_number(&mut self) -> Result<Decimal, Fault> {
        match self.pop()? {
            Value::Number(number) => Ok(number),
            Value::Text(_) => Err(wrong_type()),
        }
    }

    /// The second value and the top.
    fn pop_two(&mut self) -> Result<(Decimal, Decimal), Fault> {
        if self.stack.len() < 2 {
            return Err(too_few());
        }
        let right = self.pop_number()?;
        Ok((self.pop_number()?, right))
    }

    fn push(&mut self, number: Decimal) {
        self.stack.push(Value::Number(number));
    }

    fn push_count(&mut self, count: usize) {
        self.push(Decimal::from_u64(count as u64));
    }

    fn register(&mut self, name: &Rc<[u8]>) -> &mut Vec<Value> {
        self.registers.entry(name.clone()).or_insert_with(|| vec![Value::Number(Decimal::default())])
    }

    async fn command(&mut self, p: &mut Process, input: &mut Lines, command: &Command) -> Result<(), Fault> {
        match command {
            Command::Number { text, negative } => {
                let number = Decimal::read(text, self.input_base);
                self.push(if *negative { number.negated() } else { number });
            }
            Command::Text(text) => self.stack.push(Text::value(text.clone())),
            Command::Register(letter, name) => self.store(*letter, name)?,
            Command::Conditional { comparison, then, otherwise } => {
                self.decide(*comparison, then, otherwise.as_ref())?;
            }
            Command::Letter(b'?') => {
                self.flush(p).await?;
                let line = input.next(p).await.unwrap_or_default().unwrap_or_default();
                let code = self.compile(&line)?;
                self.levels.push((code, 0));
            }
            Command::Letter(letter @ (b'*' | b'/' | b'%' | b'^' | b'v' | b'~' | b'|')) => {
                self.calculate(p, *letter).await?;
            }
            Command::Letter(letter @ (b'p' | b'n' | b'f' | b'P')) => {
                self.print(*letter)?;
                self.flush(p).await?;
            }
            Command::Letter(letter) => self.letter(*letter)?,
        }
        Ok(())
    }

    async fn calculate(&mut self, p: &mut Process, letter: u8) -> Result<(), Fault> {
        if letter == b'v' {
            let number = self.pop_number()?;
            let root = work::root(p, &number, self.scale).await?;
            self.push(root);
            return Ok(());
        }
        if letter == b'|' && self.stack.len() < 3 {
            return Err(too_few());
        }
        let (left, right) = self.pop_two()?;
        let operation = match letter {
            b'*' => Operation::Multiply,
            b'^' => Operation::Power,
            b'%' => Operation::Remainder,
            b'|' => {
                let base = self.pop_number()?;
                let size = right.size() as u64;
                work::account(p, left.size() as u64 * 30 * size * size).await;
                let power = base.modular_power(&left, &right)?;
                self.push(power);
                return Ok(());
            }
            _ => Operation::Divide,
        };
        let result = work::operate(p, operation, &left, &right, self.scale).await?;
        self.push(result);
        if letter == b'~' {
            let rest = work::operate(p, Operation::Remainder, &left, &right, self.scale).await?;
            self.push(rest);
        }
        Ok(())
    }

    fn letter(&mut self, letter: u8) -> Result<(), Fault> {
        match letter {
            b'+' | b'-' => {
                let (left, right) = self.pop_two()?;
                self.push(if letter == b'+' { left.add(&right) } else { left.subtract(&right) });
            }
            b'(' | b'{' | b'G' => {
                let (left, right) = self.pop_two()?;
                let order = left.compare(&right);
                let holds = order.is_eq() && letter != b'(' || order.is_gt() && letter != b'G';
                self.push_count(usize::from(holds));
            }
            b'N' => {
                let number = self.pop_number()?;
                self.push_count(usize::from(number.is_zero()));
            }
            b'i' | b'o' | b'k' => self.set(letter)?,
            b'I' => self.push_count(self.input_base as usize),
            b'O' => self.push_count(self.output_base as usize),
            b'K' => self.push_count(self.scale),
            b'X' => {
                let scale = self.pop_number()?.scale();
                self.push_count(scale);
            }
            b'Z' => {
                let length = match self.pop()? {
                    Value::Number(number) if number.is_zero() => 1,
                    Value::Number(number) => number.length(),
                    Value::Text(text) => text.bytes.len(),
                };
                self.push_count(length);
            }
            b'a' => self.as_character()?,
            b'c' => self.stack.clear(),
            b'd' => {
                let top = self.top()?.clone();
                self.stack.push(top);
            }
            b'r' => {
                let length = self.stack.len();
                if length < 2 {
                    return Err(too_few());
                }
                self.stack.swap(length - 1, length - 2);
            }
            b'R' => drop(self.pop()?),
            b'z' => self.push_count(self.stack.len()),
            b'x' => {
                if let Value::Text(text) = self.top()?.clone() {
                    self.stack.pop();
                    self.enter(&text)?;
                }
            }
            b'q' => self.leave(2)?,
            b'Q' => {
                let levels = whole(&self.pop_number()?)?;
                if levels > self.levels.len() as u64 + 1 {
                    return Err(too_few());
                }
                self.leave(usize::try_from(levels).unwrap_or(usize::MAX))?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Leaves that many texts; the program itself is one.
    fn leave(&mut self, levels: usize) -> Result<(), Fault> {
        if levels > self.levels.len() {
            return Err(Fault::Quit);
        }
        self.levels.truncate(self.levels.len() - levels);
        Ok(())
    }

    fn set(&mut self, letter: u8) -> Result<(), Fault> {
        let value = whole(&self.pop_number()?)?;
        let base = |most: u64| u32::try_from(value).ok().filter(|_| (2..=most).contains(&value));
        match letter {
            b'i' => self.input_base = base(36).ok_or(Fault::of("bad ibase; must be [2,16]"))?,
            b'o' => self.output_base = base(999).ok_or(Fault::of("bad obase; must be [2,999]"))?,
            _ => {
                let scale = usize::try_from(value).ok().filter(|_| value <= u64::from(u32::MAX));
                self.scale = scale.ok_or(Fault::of("bad scale; must be [0,4294967295]"))?;
            }
        }
        Ok(())
    }

    fn as_character(&mut self) -> Result<(), Fault> {
        let byte = match self.pop()? {
            Value::Text(text) => text.bytes.first().copied().unwrap_or(0),
            Value::Number(number) => {
                let number = number.cut(0).remainder(&Decimal::from_u64(256), 0)?;
                u8::try_from(whole(&number)?).unwrap_or(0)
            }
        };
        let text: &[u8] = if byte == 0 { &[] } else { &[byte] };
        self.stack.push(Text::value(text.into()));
        Ok(())
    }

    fn store(&mut self, letter: u8, name: &Rc<[u8]>) -> Result<(), Fault> {
        match letter {
            b's' => {
                let value = self.pop()?;
                let stack = self.register(name);
                stack.pop();
                stack.push(value);
            }
            b'S' => {
                let value = self.pop()?;
                self.register(name).push(value);
            }
            b'l' => {
                let value = self.register(name).last().cloned().ok_or_else(too_few)?;
                self.stack.push(value);
            }
            b'L' => {
                let stack = self.register(name);
                let value = if stack.len() > 1 { stack.pop() } else { None };
                self.stack.push(value.ok_or_else(too_few)?);
            }
            b';' => {
                let index = whole(&self.pop_number()?)?;
                let value = self.arrays.get(name).and_then(|array| array.get(&index));
                self.push(value.cloned().unwrap_or_default());
            }
            _ => {
                let index = whole(&self.pop_number()?)?;
                let value = self.pop_number()?;
                self.arrays.entry(name.clone()).or_default().insert(index, value);
            }
        }
        Ok(())
    }

    fn decide(
        &mut self,
        comparison: Comparison,
        then: &Rc<[u8]>,
        otherwise: Option<&Rc<[u8]>>,
    ) -> Result<(), Fault> {
        let (left, right) = self.pop_two()?;
        let order = left.compare(&right);
        let holds = match comparison {
            Comparison::Equal => order.is_eq(),
            Comparison::Different => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::AtLeast => order.is_ge(),
        };
        let Some(name) = (if holds { Some(then) } else { otherwise }) else { return Ok(()) };
        match self.register(name).last().cloned() {
            Some(Value::Text(text)) => self.enter(&text),
            _ => Err(wrong_type()),
        }
    }

    fn enter(&mut self, text: &Rc<Text>) -> Result<(), Fault> {
        if self.levels.len() == LEVELS {
            return Err(Fault::Message(bytes!("more than {} levels", LEVELS.to_string())));
        }
        let code = match text.code.get() {
            Some(code) => code.clone(),
            None => {
                let code = self.compile(&text.bytes)?;
                text.code.get_or_init(|| code).clone()
            }
        };
        self.levels.push((code, 0));
        Ok(())
    }

    fn compile(&self, text: &[u8]) -> Result<Rc<[Command]>, Fault> {
        let mut reader = Reader { text, ended: true, at: 0, long_names: self.long_names };
        let mut code = Vec::new();
        while let Some(command) = reader.next()? {
            code.push(command);
        }
        Ok(code.into())
    }

    fn print(&mut self, letter: u8) -> Result<(), Fault> {
        match letter {
            b'f' => {
                for index in (0..self.stack.len()).rev() {
                    let value = self.stack[index].clone();
                    self.print_line(&value);
                }
            }
            b'P' => match self.top()?.clone() {
                Value::Text(text) => self.printer.text(&text.bytes),
                Value::Number(number) if number.is_zero() => self.printer.text(&[0]),
                Value::Number(number) => {
                    let (whole, fraction) = in_base(&number, 256);
                    let bytes = whole.iter().chain(&fraction);
                    let bytes: Vec<u8> = bytes.map(|&digit| u8::try_from(digit).unwrap_or(0)).collect();
                    self.printer.text(&bytes);
                }
            },
            _ => {
                let value = self.top()?.clone();
                self.print_line(&value);
            }
        }
        Ok(())
    }

    fn print_line(&mut self, value: &Value) {
        match value {
            Value::Number(number) => self.printer.number(number, self.output_base),
            Value::Text(text) if text.bytes.is_empty() => self.printer.text(&[0]),
            Value::Text(text) => self.printer.string(&text.bytes),
        }
        self.printer.newline();
    }
}

fn whole(number: &Decimal) -> Result<u64, Fault> {
    if number.is_negative() {
        return Err(Fault::of("negative number"));
    }
    number.whole().ok_or(Fault::of("overflow"))
}
