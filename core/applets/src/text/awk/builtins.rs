//! The functions of awk that talk to nothing outside.

use std::rc::Rc;

use bstr::ByteSlice;
use pattern::Regex;

use super::code::{Function, Place, Special, Var};
use super::fields::Splitter;
use super::format;
use super::machine::{Fault, Machine, Outcome};
use super::value::Value;
use crate::time::civil::Civil;

impl Machine {
    /// Calls a function whose arguments are on the stack.
    pub(super) fn call_built_in(&mut self, which: Function, count: u32) -> Outcome<Value> {
        let arguments = self.pop_many(count);
        let argument = |index: usize| arguments.get(index);
        let number = |index: usize| argument(index).map_or(0.0, Value::number);
        let bits = |index: usize| format::bits(number(index));
        let result = match which {
            Function::Cos => number(0).cos(),
            Function::Sin => number(0).sin(),
            Function::Exp => number(0).exp(),
            Function::Log => signed_nan(number(0).ln()),
            Function::Sqrt => signed_nan(number(0).sqrt()),
            Function::Atan2 => number(0).atan2(number(1)),
            Function::Int => format::long(number(0)) as f64,
            Function::Rand => self.random.number(),
            Function::Srand => f64::from(self.random.seed(format::bits(number(0)) as u32)),
            Function::And => (bits(0) & bits(1)) as f64,
            Function::Or => (bits(0) | bits(1)) as f64,
            Function::Xor => (bits(0) ^ bits(1)) as f64,
            Function::Lshift => bits(0).wrapping_shl(bits(1) as u32) as f64,
            Function::Rshift => bits(0).wrapping_shr(bits(1) as u32) as f64,
            Function::Compl => !bits(0) as f64,
            Function::Length => match argument(0) {
                Some(value) => value.text(&self.settings.convfmt).len() as f64,
                None => self.record.text(&self.settings.ofs, &self.settings.convfmt).len() as f64,
            },
            Function::Match => return self.match_text(&arguments),
            Function::Gensub => return self.gensub(&arguments),
            _ => return self.text_function(which, &arguments),
        };
        Ok(Value::Num(result))
    }

    fn text_function(&mut self, which: Function, arguments: &[Value]) -> Outcome<Value> {
        let convfmt = Rc::clone(&self.settings.convfmt);
        let texts: Vec<_> = arguments.iter().map(|value| value.text(&convfmt)).collect();
        let text = |index: usize| texts.get(index).map_or(&b""[..], |text| text);
        Ok(match which {
            Function::Tolower => Value::string(text(0).to_ascii_lowercase()),
            Function::Toupper => Value::string(text(0).to_ascii_uppercase()),
            Function::Index => {
                let needle = if arguments.len() > 1 { text(1) } else { b"" };
                let at = if needle.is_empty() { None } else { text(0).find(needle) };
                Value::Num(at.map_or(0.0, |at| at as f64 + 1.0))
            }
            Function::Substr => substr(text(0), &arguments[1], arguments.get(2)),
            Function::Sprintf => match format::sprintf(text(0), &arguments[1..], &convfmt) {
                Ok(text) => Value::string(text.split(|byte| *byte == 0).next().unwrap_or_default()),
                Err(message) => return Err(Fault::At(message.into())),
            },
            Function::Mktime => Value::Num(mktime(text(0))),
            _ => Value::Uninit,
        })
    }

    fn match_text(&mut self, arguments: &[Value]) -> Outcome<Value> {
        let regex = self.pattern(&arguments[1])?;
        let text = arguments[0].text(&self.settings.convfmt);
        let (start, length) = match regex.find(&text, 0, false) {
            Some(found) => (found.start() as f64 + 1.0, (found.end() - found.start()) as f64),
            None => (0.0, -1.0),
        };
        *self.special(Special::Rstart) = Value::Num(start);
        *self.special(Special::Rlength) = Value::Num(length);
        Ok(Value::Num(start))
    }

    /// Cuts a text into the elements of an array; the number of elements.
    pub(super) fn split(&mut self, array: Var, separator: bool) -> Outcome<Value> {
        let splitter = if separator {
            let value = self.pop();
            self.splitter(&value)?
        } else {
            self.record.splitter.clone()
        };
        let text = self.pop_text();
        let array = self.array(array);
        let mut array = array.borrow_mut();
        array.clear();
        let mut count = 0u32;
        let newline = self.record.paragraphs && !matches!(splitter, Splitter::Characters);
        splitter.split(&text, newline, |low, high| {
            count += 1;
            *array.element(count.to_string().as_bytes()) = Value::user(&text[low..high]);
        });
        Ok(Value::Num(f64::from(count)))
    }

    /// sub and gsub on a place; the number of substitutions.
    pub(super) fn substitute(&mut self, global: bool, place: Place) -> Outcome<Value> {
        let subscript =
            if matches!(place, Place::Field | Place::Element(_)) { Some(self.pop()) } else { None };
        let replacement = self.pop_text();
        let pattern = self.pop();
        let regex = self.pattern(&pattern)?;
        self.stack.extend(subscript.clone());
        let text = self.load(place)?.shared(&self.settings.convfmt);
        let which = if global { Which::All } else { Which::Number(1) };
        let Some((text, count)) = replace(&regex, &text, &replacement, which, false) else {
            return Ok(Value::Num(0.0));
        };
        self.stack.extend(subscript);
        self.store(place, Value::string(text))?;
        Ok(Value::Num(f64::from(count)))
    }

    fn gensub(&mut self, arguments: &[Value]) -> Outcome<Value> {
        let regex = self.pattern(&arguments[0])?;
        let convfmt = Rc::clone(&self.settings.convfmt);
        let replacement = arguments[1].text(&convfmt);
        let which = match arguments[2].text(&convfmt).first() {
            Some(b'g' | b'G') => Which::All,
            _ => Which::Number(u32::try_from(format::int(arguments[2].number())).unwrap_or(1).max(1)),
        };
        let text = match arguments.get(3) {
            Some(value) => value.shared(&convfmt),
            None => Rc::clone(self.record.text(&self.settings.ofs, &convfmt)),
        };
        Ok(match replace(&regex, &text, &replacement, which, true) {
            Some((text, _)) => Value::string(text),
            None => Value::Str(text),
        })
    }
}

/// What the machine that is simulated computes where there is no result: a NaN with its sign set.
fn signed_nan(number: f64) -> f64 {
    if number.is_nan() { -f64::NAN.abs() } else { number }
}

fn substr(text: &[u8], start: &Value, length: Option<&Value>) -> Value {
    let start = usize::try_from(format::int(start.number() - 1.0)).unwrap_or(0).min(text.len());
    let rest = &text[start..];
    let length = length.map_or(rest.len(), |length| {
        usize::try_from(format::int(length.number())).unwrap_or(0).min(rest.len())
    });
    Value::string(&rest[..length])
}

/// `YYYY MM DD HH MM SS`, the time zone being UTC; -1 for what is none.
fn mktime(text: &[u8]) -> f64 {
    let parts: Vec<i64> = text
        .fields_with(|c| c == ' ')
        .map_while(|part| part.to_str().ok().and_then(|part| part.parse().ok()))
        .collect();
    let &[year, month, day, hour, minute, second, ..] = parts.as_slice() else { return -1.0 };
    Civil { year, month, day, hour, minute, second }.seconds() as f64
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    /// The match of that number, from 1.
    Number(u32),
}

/// Replaces matches; `None` when there is none. With `groups`, `\1` to `\9` stand for what the groups matched.
fn replace(
    regex: &Regex,
    text: &[u8],
    replacement: &[u8],
    which: Which,
    groups: bool,
) -> Option<(Vec<u8>, u32)> {
    let mut out: Vec<u8> = Vec::new();
    let mut at = 0;
    let mut count = 0;
    while let Some(found) = regex.find(text, at, at > 0) {
        let (start, end) = (found.start(), found.end());
        if count == 0 {
            out.reserve(text.len() + replacement.len());
        }
        count += 1;
        out.extend_from_slice(&text[at..start]);
        match which {
            Which::Number(wanted) if wanted != count => out.extend_from_slice(&text[start..end]),
            _ => expand(&mut out, replacement, groups, |group| {
                found.get(group).map_or(&b""[..], |(low, high)| &text[low..high])
            }),
        }
        at = end;
        if which == Which::Number(count) {
            break;
        }
        if start == end {
            // An empty match: one character on.
            let Some(&byte) = text.get(at) else { break };
            out.push(byte);
            at += 1;
        }
    }
    if count == 0 {
        return None;
    }
    out.extend_from_slice(&text[at..]);
    Some((out, count))
}

/// Writes a replacement: half of the backslashes before `&` (or a digit) count, an odd one protects it.
fn expand<'t>(out: &mut Vec<u8>, replacement: &[u8], groups: bool, group: impl Fn(usize) -> &'t [u8]) {
    let mut backslashes = 0;
    for &byte in replacement {
        out.push(byte);
        if byte == b'\\' {
            backslashes += 1;
            continue;
        }
        let digit = groups && byte.is_ascii_digit();
        if byte == b'&' || digit {
            out.truncate(out.len() - (backslashes + 3) / 2);
            // A digit needs a backslash, where & needs none.
            let protected = (backslashes + usize::from(digit)) % 2 == 1;
            if protected {
                out.push(byte);
            } else {
                out.extend_from_slice(group(if digit { usize::from(byte - b'0') } else { 0 }));
            }
        }
        backslashes = 0;
    }
}
