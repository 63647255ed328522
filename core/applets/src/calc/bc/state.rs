//! What a bc program can change: variables, arrays, functions, bases and scale.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::code::{Function, Kind, Name};
use crate::calc::decimal::Decimal;
use crate::calc::fault::Fault;
use crate::calc::functions::Library;

/// An array; functions can hold one together with their caller.
pub(super) type Array = Rc<RefCell<Vec<Decimal>>>;

/// The longest array.
const DIMENSION: u64 = 2_147_483_647;
/// The elements that an array can hold here: memory is finite.
const ELEMENTS: u64 = 1_000_000;

fn new_array() -> Array {
    Rc::new(RefCell::new(vec![Decimal::default()]))
}

/// The variables with a meaning of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    Ibase,
    Obase,
    Scale,
}

/// What the stack holds. Names are looked up when their value is used, not when they are named.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Number(Decimal),
    Variable(Name),
    Element(Name, usize),
    Array(Name),
    Last,
    /// With its value of that moment.
    Setting(Setting, Decimal),
    /// What a call of a void function leaves.
    Void,
}

/// A function of the program or of the library.
#[derive(Clone)]
pub(super) enum Callable {
    Program(Rc<Function>),
    Library(Library),
}

pub(super) struct State {
    variables: BTreeMap<Name, Vec<Decimal>>,
    arrays: BTreeMap<Name, Vec<Array>>,
    pub(super) functions: BTreeMap<Name, Callable>,
    pub(super) ibase: u32,
    pub(super) obase: u32,
    pub(super) scale: usize,
    pub(super) last: Decimal,
}

impl State {
    pub(super) fn new() -> State {
        State {
            variables: BTreeMap::new(),
            arrays: BTreeMap::new(),
            functions: BTreeMap::new(),
            ibase: 10,
            obase: 10,
            scale: 0,
            last: Decimal::default(),
        }
    }

    fn variable(&mut self, name: &Name) -> &mut Decimal {
        let stack = self.variables.entry(name.clone()).or_default();
        if stack.is_empty() {
            stack.push(Decimal::default());
        }
        let top = stack.len() - 1;
        &mut stack[top]
    }

    pub(super) fn array(&mut self, name: &Name) -> Array {
        let stack = self.arrays.entry(name.clone()).or_default();
        if stack.is_empty() {
            stack.push(new_array());
        }
        stack[stack.len() - 1].clone()
    }

    /// An index as the program computes it.
    pub(super) fn index(number: &Decimal) -> Result<usize, Fault> {
        let index = whole(number)?;
        if index > DIMENSION {
            return Err(Fault::of("array too long; must be [1,2147483647]"));
        }
        if index >= ELEMENTS {
            return Err(Fault::Message(bytes!("array too long; must be [1,{}]", ELEMENTS.to_string())));
        }
        usize::try_from(index).map_err(|_| Fault::of("overflow"))
    }

    pub(super) fn number(&mut self, value: &Value) -> Result<Decimal, Fault> {
        Ok(match value {
            Value::Number(number) | Value::Setting(_, number) => number.clone(),
            Value::Variable(name) => self.variable(name).clone(),
            Value::Element(name, index) => {
                let array = self.array(name);
                let array = array.borrow();
                array.get(*index).cloned().unwrap_or_default()
            }
            Value::Last => self.last.clone(),
            Value::Void => Decimal::default(),
            Value::Array(_) => return Err(Fault::of("variable is wrong type")),
        })
    }

    /// Sets a place; `None` when the value is none.
    pub(super) fn assign(&mut self, place: &Value, number: Decimal) -> Result<Option<()>, Fault> {
        match place {
            Value::Variable(name) => *self.variable(name) = number,
            Value::Element(name, index) => {
                let array = self.array(name);
                let mut array = array.borrow_mut();
                if array.len() <= *index {
                    array.resize(*index + 1, Decimal::default());
                }
                array[*index] = number;
            }
            Value::Last => self.last = number,
            Value::Setting(setting, _) => self.set(*setting, &number)?,
            Value::Number(_) | Value::Array(_) | Value::Void => return Ok(None),
        }
        Ok(Some(()))
    }

    fn set(&mut self, setting: Setting, number: &Decimal) -> Result<(), Fault> {
        let value = whole(number)?;
        let base = |most: u64| u32::try_from(value).ok().filter(|_| (2..=most).contains(&value));
        match setting {
            Setting::Scale => {
                let fits = usize::try_from(value).ok().filter(|_| value <= u64::from(u32::MAX));
                self.scale = fits.ok_or(Fault::of("bad scale; must be [0,4294967295]"))?;
            }
            Setting::Ibase => self.ibase = base(36).ok_or(Fault::of("bad ibase; must be [2,16]"))?,
            Setting::Obase => self.obase = base(999).ok_or(Fault::of("bad obase; must be [2,999]"))?,
        }
        Ok(())
    }

    /// Gives a parameter its argument, over what its name meant before.
    pub(super) fn bind(&mut self, name: &Name, kind: Kind, argument: &Value) -> Result<(), Fault> {
        match (kind, argument) {
            (Kind::Number, Value::Array(_)) => return Err(Fault::of("variable is wrong type")),
            (Kind::Number, value) => {
                let number = self.number(value)?;
                self.variable(name);
                self.variables.entry(name.clone()).or_default().push(number);
            }
            (Kind::Array | Kind::Reference, Value::Array(given)) => {
                let array = self.array(given);
                let array = match kind {
                    Kind::Reference => array,
                    _ => Rc::new(RefCell::new(array.borrow().clone())),
                };
                self.array(name);
                self.arrays.entry(name.clone()).or_default().push(array);
            }
            _ => return Err(Fault::of("variable is wrong type")),
        }
        Ok(())
    }

    /// A new variable or array of that name, until [`State::release`].
    pub(super) fn declare(&mut self, name: &Name, kind: Kind) {
        if kind == Kind::Number {
            self.variable(name);
            self.variables.entry(name.clone()).or_default().push(Decimal::default());
        } else {
            self.array(name);
            self.arrays.entry(name.clone()).or_default().push(new_array());
        }
    }

    pub(super) fn release(&mut self, name: &Name, kind: Kind) {
        if kind == Kind::Number {
            self.variables.get_mut(name).and_then(Vec::pop);
        } else {
            self.arrays.get_mut(name).and_then(Vec::pop);
        }
    }
}

fn whole(number: &Decimal) -> Result<u64, Fault> {
    if number.is_negative() {
        return Err(Fault::of("negative number"));
    }
    number.whole().ok_or(Fault::of("overflow"))
}
