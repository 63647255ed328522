//! The machine: its state, and the instructions that need nothing from outside.

use std::collections::BTreeMap;
use std::rc::Rc;

use bstr::{BString, ByteSlice};
use pattern::{Regex, RegexOptions};

use super::code::{Arith, Compare, Op, Place, Program, SPECIALS, Special, Var};
use super::fields::{Record, Splitter};
use super::format;
use super::random::Random;
use super::streams::Streams;
use super::value::{ArrayRef, Cell, Value};

/// Why a piece of program ends before its end.
#[derive(Debug)]
pub(super) enum Fault {
    /// An error at the current line.
    At(BString),
    /// An error that names no line.
    Bare(BString),
    /// The message has been printed.
    Said,
    Next,
    NextFile,
    Exit,
}

pub(super) type Outcome<T> = Result<T, Fault>;

pub(super) fn fault<T>(message: &str) -> Outcome<T> {
    Err(Fault::At(message.into()))
}

/// A call that waits for its function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) return_to: usize,
    pub(super) base: usize,
    pub(super) loops: usize,
}

/// The values of variables that are needed all the time.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) ofs: Rc<[u8]>,
    pub(super) ors: Rc<[u8]>,
    pub(super) rs: Rc<[u8]>,
    pub(super) subsep: Rc<[u8]>,
    pub(super) convfmt: Rc<[u8]>,
    pub(super) ofmt: Rc<[u8]>,
    pub(super) icase: bool,
}

/// The longest string that is put together, in bytes.
const LONGEST: usize = 64 << 20;
/// The most fields of a record.
const MOST_FIELDS: usize = 1 << 20;

/// A program with its state.
pub(super) struct Machine {
    pub(super) program: Rc<Program>,
    pub(super) source_name: BString,
    pub(super) at: usize,
    pub(super) globals: Vec<Cell>,
    pub(super) locals: Vec<Cell>,
    pub(super) base: usize,
    pub(super) frames: Vec<Frame>,
    pub(super) stack: Vec<Value>,
    pub(super) loops: Vec<std::vec::IntoIter<Rc<[u8]>>>,
    pub(super) ranges: Vec<bool>,
    pub(super) record: Record,
    pub(super) settings: Settings,
    pub(super) random: Random,
    pub(super) streams: Streams,
    pub(super) exit_status: u8,
    /// Bytes that were put together and not yet paid for.
    pub(super) joined: usize,
    patterns: BTreeMap<(bool, BString), Rc<Regex>>,
    last_pattern: Option<(bool, Rc<[u8]>, Rc<Regex>)>,
}

impl Machine {
    pub(super) fn new(program: Program, source_name: BString) -> Machine {
        let text = |text: &[u8]| -> Rc<[u8]> { Rc::from(text) };
        let settings = Settings {
            ofs: text(b" "),
            ors: text(b"\n"),
            rs: text(b"\n"),
            subsep: text(b"\x1c"),
            convfmt: text(b"%.6g"),
            ofmt: text(b"%.6g"),
            icase: false,
        };
        let mut machine = Machine {
            globals: vec![Cell::default(); program.globals.len()],
            ranges: vec![false; program.ranges as usize],
            program: Rc::new(program),
            source_name,
            at: 0,
            locals: Vec::new(),
            base: 0,
            frames: Vec::new(),
            stack: Vec::new(),
            loops: Vec::new(),
            record: Record::new(),
            settings,
            random: Random::default(),
            streams: Streams::default(),
            exit_status: 0,
            joined: 0,
            patterns: BTreeMap::new(),
            last_pattern: None,
        };
        let initial: [(Special, &[u8]); 7] = [
            (Special::Fs, b" "),
            (Special::Ofs, b" "),
            (Special::Ors, b"\n"),
            (Special::Rs, b"\n"),
            (Special::Subsep, b"\x1c"),
            (Special::Convfmt, b"%.6g"),
            (Special::Ofmt, b"%.6g"),
        ];
        for (special, value) in initial {
            machine.globals[special.slot() as usize].value = Value::string(value);
        }
        for special in [Special::Nr, Special::Fnr] {
            machine.globals[special.slot() as usize].value = Value::Num(0.0);
        }
        machine
    }

    pub(super) fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or_default()
    }

    pub(super) fn push(&mut self, value: Value) {
        self.stack.push(value);
    }

    /// The topmost `count` values, in order.
    pub(super) fn pop_many(&mut self, count: u32) -> Vec<Value> {
        self.stack.split_off(self.stack.len().saturating_sub(count as usize))
    }

    pub(super) fn pop_text(&mut self) -> Rc<[u8]> {
        let value = self.pop();
        value.shared(&self.settings.convfmt)
    }

    // Variables.

    fn cell(&mut self, var: Var) -> &mut Cell {
        match var {
            Var::Global(slot) => &mut self.globals[slot as usize],
            Var::Local(index) => &mut self.locals[self.base + index as usize],
        }
    }

    pub(super) fn array(&mut self, var: Var) -> ArrayRef {
        Rc::clone(self.cell(var).array())
    }

    pub(super) fn special(&mut self, special: Special) -> &mut Value {
        &mut self.globals[special.slot() as usize].value
    }

    pub(super) fn load(&mut self, place: Place) -> Outcome<Value> {
        Ok(match place {
            Place::Var(var) => self.cell(var).value.clone(),
            Place::Special(Special::Nf) => Value::Num(self.record.count() as f64),
            Place::Special(special) => self.special(special).clone(),
            Place::Field => {
                let index = self.pop().number();
                self.field(index)?
            }
            Place::Element(var) => {
                let key = self.pop();
                self.element(var, &key)
            }
        })
    }

    fn element(&mut self, var: Var, key: &Value) -> Value {
        let convfmt = Rc::clone(&self.settings.convfmt);
        let array = self.cell(var).array();
        array.borrow_mut().element(&key.text(&convfmt)).clone()
    }

    fn field(&mut self, index: f64) -> Outcome<Value> {
        match format::int(index) {
            0 => Ok(Value::User(Rc::clone(self.record.text(&self.settings.ofs, &self.settings.convfmt)))),
            index if index < 0 => fault("Access to negative field"),
            index => Ok(self.record.field(index as usize)),
        }
    }

    /// Sets a place whose subscript, if any, is on top of the stack.
    pub(super) fn store(&mut self, place: Place, value: Value) -> Outcome<()> {
        match place {
            Place::Var(var) => self.cell(var).value = value,
            Place::Special(special) => return self.set_special(special, value),
            Place::Field => {
                let index = format::int(self.pop().number());
                self.set_field(index, value)?;
            }
            Place::Element(var) => {
                let key = self.pop();
                let convfmt = Rc::clone(&self.settings.convfmt);
                *self.cell(var).array().borrow_mut().element(&key.text(&convfmt)) = value;
            }
        }
        Ok(())
    }

    fn set_field(&mut self, index: i32, value: Value) -> Outcome<()> {
        match usize::try_from(index) {
            Err(_) => return fault("Access to negative field"),
            Ok(0) => {
                let text = value.shared(&self.settings.convfmt);
                self.record.set(text);
            }
            Ok(index) if index > MOST_FIELDS => return Err(Fault::Bare("out of memory".into())),
            Ok(index) => self.record.set_field(index, value),
        }
        Ok(())
    }

    pub(super) fn set_special(&mut self, special: Special, value: Value) -> Outcome<()> {
        let text = value.shared(&self.settings.convfmt);
        match special {
            Special::Nf => {
                let count = format::int(value.number());
                let Ok(count) = usize::try_from(count) else { return fault("NF set to negative value") };
                if count > MOST_FIELDS {
                    return Err(Fault::Bare("out of memory".into()));
                }
                self.record.set_count(count);
            }
            Special::Fs => {
                self.record.split();
                self.record.splitter = self.splitter(&Value::Str(text))?;
            }
            Special::Ofs => self.settings.ofs = text,
            Special::Ors => self.settings.ors = text,
            Special::Rs => {
                self.record.paragraphs = text.is_empty();
                self.settings.rs = text;
            }
            Special::Subsep => self.settings.subsep = text,
            Special::Convfmt => self.settings.convfmt = text,
            Special::Ofmt => self.settings.ofmt = text,
            Special::Ignorecase => self.settings.icase = value.is_true(),
            _ => {}
        }
        *self.special(special) = value;
        Ok(())
    }

    fn increment(&mut self, place: Place, by: f64, post: bool) -> Outcome<Value> {
        let old = match place {
            Place::Var(var) => {
                let value = &mut self.cell(var).value;
                let old = value.number();
                *value = Value::Num(old + by);
                old
            }
            Place::Element(var) => {
                let key = self.pop();
                let convfmt = Rc::clone(&self.settings.convfmt);
                let array = self.array(var);
                let mut array = array.borrow_mut();
                let value = array.element(&key.text(&convfmt));
                let old = value.number();
                *value = Value::Num(old + by);
                old
            }
            place => {
                let index = if place == Place::Field { Some(self.pop()) } else { None };
                self.stack.extend(index.clone());
                let old = self.load(place)?.number();
                self.stack.extend(index);
                self.store(place, Value::Num(old + by))?;
                old
            }
        };
        Ok(Value::Num(if post { old } else { old + by }))
    }

    // Regular expressions.

    /// The regular expression that a value stands for.
    pub(super) fn pattern(&mut self, value: &Value) -> Outcome<Rc<Regex>> {
        let icase = self.settings.icase;
        if let Value::Regex(index) = value {
            let pattern = &self.program.regexes[*index as usize];
            if !icase {
                return Ok(Rc::clone(&pattern.exact));
            }
            let text = pattern.text.clone();
            return self.compile(&text);
        }
        let text = value.shared(&self.settings.convfmt);
        if let Some((case, last, regex)) = &self.last_pattern
            && *case == icase
            && *last == text
        {
            return Ok(Rc::clone(regex));
        }
        let regex = self.compile(&text)?;
        self.last_pattern = Some((icase, text, Rc::clone(&regex)));
        Ok(regex)
    }

    fn compile(&mut self, text: &[u8]) -> Outcome<Rc<Regex>> {
        let key = (self.settings.icase, BString::from(text));
        if let Some(regex) = self.patterns.get(&key) {
            return Ok(Rc::clone(regex));
        }
        let options = RegexOptions { extended: true, icase: key.0, newline: false };
        // A text that is no extended expression may be a basic one: unpaired braces are common.
        let basic = RegexOptions { extended: false, ..options };
        match Regex::new(text, options).or_else(|_| Regex::new(text, basic)) {
            Ok(regex) => {
                let regex = Rc::new(regex);
                self.patterns.insert(key, Rc::clone(&regex));
                Ok(regex)
            }
            Err(error) => Err(Fault::Bare(bytes!("bad regex '{}': {}", text.as_bstr(), error.to_string()))),
        }
    }

    /// The way to split that FS or the third argument of split names.
    pub(super) fn splitter(&mut self, value: &Value) -> Outcome<Splitter> {
        if let Value::Regex(_) = value {
            return Ok(Splitter::Regex(self.pattern(value)?));
        }
        let text = value.shared(&self.settings.convfmt);
        Ok(match &*text {
            [] => Splitter::Characters,
            b" " => Splitter::Blanks,
            [byte] => Splitter::Byte(*byte),
            _ => Splitter::Regex(self.pattern(value)?),
        })
    }

    // Instructions.

    /// Carries out an instruction that neither jumps nor talks to the outside.
    pub(super) fn compute(&mut self, op: Op) -> Outcome<()> {
        let result = match op {
            Op::Const(index) => self.program.consts[index as usize].clone(),
            Op::Regex(index) => Value::Regex(index),
            Op::MatchRecord(index) => {
                let regex = self.pattern(&Value::Regex(index))?;
                let text = self.record.text(&self.settings.ofs, &self.settings.convfmt);
                Value::truth(regex.is_match(text, 0, false))
            }
            Op::Load(place) => self.load(place)?,
            Op::Store(place) => {
                let value = match self.pop() {
                    Value::Array(_) | Value::Regex(_) => Value::Uninit,
                    value => value,
                };
                self.store(place, value.clone())?;
                value
            }
            Op::Increment { place, by, post } => self.increment(place, by, post)?,
            Op::Argument(var) => self.argument(var),
            Op::Dup => self.stack.last().cloned().unwrap_or_default(),
            Op::Pop => {
                self.stack.pop();
                return Ok(());
            }
            Op::Arith(arith) => {
                let (right, left) = (self.pop().number(), self.pop().number());
                Value::Num(arithmetic(arith, left, right)?)
            }
            Op::Negate => Value::Num(-self.pop().number()),
            Op::ToNumber => Value::Num(self.pop().number()),
            Op::Not => Value::truth(!self.pop().is_true()),
            Op::ToTruth => Value::truth(self.pop().is_true()),
            Op::Concat => self.concat()?,
            Op::Compare(compare) => {
                let (right, left) = (self.pop(), self.pop());
                Value::truth(self.compare(compare, &left, &right))
            }
            Op::Match { negate } => {
                let (right, left) = (self.pop(), self.pop());
                let regex = self.pattern(&right)?;
                Value::truth(regex.is_match(&left.text(&self.settings.convfmt), 0, false) != negate)
            }
            other => return self.compute_array(other),
        };
        self.stack.push(result);
        Ok(())
    }

    fn compute_array(&mut self, op: Op) -> Outcome<()> {
        let result = match op {
            Op::In(var) => {
                let key = self.pop_text();
                Value::truth(self.cell(var).array.as_ref().is_some_and(|array| array.borrow().contains(&key)))
            }
            Op::Subscript(count) => {
                let keys = self.pop_many(count);
                let texts: Vec<_> = keys.iter().map(|key| key.text(&self.settings.convfmt)).collect();
                Value::string(bstr::join(&self.settings.subsep, &texts))
            }
            Op::LengthOf(var) => self.length_of(var),
            Op::Delete(var) => {
                let key = self.pop_text();
                self.array(var).borrow_mut().remove(&key);
                return Ok(());
            }
            Op::Clear(var) => {
                self.array(var).borrow_mut().clear();
                return Ok(());
            }
            Op::LoopOver(var) => {
                let keys = self.array(var).borrow().keys();
                self.loops.push(keys.into_iter());
                return Ok(());
            }
            Op::LoopEnd => {
                self.loops.pop();
                return Ok(());
            }
            Op::RangeSet(range, on) => {
                self.ranges[range as usize] = on;
                return Ok(());
            }
            Op::Split { array, separator } => self.split(array, separator)?,
            Op::Substitute { global, place } => self.substitute(global, place)?,
            Op::Function { which, arguments } => self.call_built_in(which, arguments)?,
            Op::Miscall { few: true } => return fault("Too few arguments"),
            Op::Miscall { few: false } => return fault("Too many arguments"),
            _ => return Ok(()),
        };
        self.stack.push(result);
        Ok(())
    }

    fn length_of(&mut self, var: Var) -> Value {
        let special = match var {
            Var::Global(slot) => SPECIALS.get(slot as usize).map(|(_, special)| *special),
            Var::Local(_) => None,
        };
        if special == Some(Special::Nf) {
            return Value::Num(self.record.count().to_string().len() as f64);
        }
        let convfmt = Rc::clone(&self.settings.convfmt);
        let cell = self.cell(var);
        let length = match (&cell.value, &cell.array) {
            (Value::Uninit, Some(array)) => array.borrow().len(),
            (value, _) => value.text(&convfmt).len(),
        };
        Value::Num(length as f64)
    }

    fn argument(&mut self, var: Var) -> Value {
        let cell = self.cell(var);
        match (&cell.value, &cell.array) {
            (Value::Uninit, _) | (_, Some(_)) => Value::Array(Rc::clone(cell.array())),
            (value, None) => value.clone(),
        }
    }

    fn concat(&mut self) -> Outcome<Value> {
        let (right, left) = (self.pop(), self.pop());
        let convfmt = &self.settings.convfmt;
        let (left, right) = (left.text(convfmt), right.text(convfmt));
        let length = left.len() + right.len();
        if length > LONGEST {
            return Err(Fault::Bare("out of memory".into()));
        }
        self.joined += length;
        let mut text = Vec::with_capacity(length);
        text.extend_from_slice(&left);
        text.extend_from_slice(&right);
        Ok(Value::Str(Rc::from(text)))
    }

    fn compare(&self, compare: Compare, left: &Value, right: &Value) -> bool {
        if let (Some(left), Some(right)) = (left.as_numeric(), right.as_numeric()) {
            return match compare {
                Compare::Less => left < right,
                Compare::LessEqual => left <= right,
                Compare::Equal => left == right,
                Compare::NotEqual => left != right,
                Compare::Greater => left > right,
                Compare::GreaterEqual => left >= right,
            };
        }
        let (left, right) = (left.text(&self.settings.convfmt), right.text(&self.settings.convfmt));
        let order = if self.settings.icase {
            left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase())
        } else {
            left.cmp(&right)
        };
        match compare {
            Compare::Less => order.is_lt(),
            Compare::LessEqual => order.is_le(),
            Compare::Equal => order.is_eq(),
            Compare::NotEqual => order.is_ne(),
            Compare::Greater => order.is_gt(),
            Compare::GreaterEqual => order.is_ge(),
        }
    }
}

fn arithmetic(arith: Arith, left: f64, right: f64) -> Outcome<f64> {
    Ok(match arith {
        Arith::Add => left + right,
        Arith::Sub => left - right,
        Arith::Mul => left * right,
        Arith::Div | Arith::Mod if right == 0.0 => return fault("Division by zero"),
        Arith::Div => left / right,
        Arith::Mod => left - format::long(left / right) as f64 * right,
        Arith::Pow => left.powf(right),
    })
}
