//! The record and its fields.

use std::rc::Rc;

use bstr::ByteSlice;
use pattern::Regex;

use super::value::Value;

/// How a text is cut into fields.
#[derive(Debug, Clone)]
pub(super) enum Splitter {
    /// At runs of blanks, those at the edges left out.
    Blanks,
    Byte(u8),
    /// Each character is a field.
    Characters,
    Regex(Rc<Regex>),
}

impl Splitter {
    /// Hands the ranges of the fields to `add`; `newline` separates too (in paragraphs).
    pub(super) fn split(&self, text: &[u8], newline: bool, mut add: impl FnMut(usize, usize)) {
        if text.is_empty() {
            return;
        }
        match self {
            Splitter::Blanks => blanks(text, add),
            Splitter::Characters => (0..text.len()).for_each(|at| add(at, at + 1)),
            Splitter::Byte(byte) => {
                let mut start = 0;
                let mut cut = |end: usize| add(std::mem::replace(&mut start, end + 1), end);
                if newline {
                    for (at, found) in text.iter().enumerate() {
                        if found == byte || *found == b'\n' {
                            cut(at);
                        }
                    }
                } else {
                    let mut at = 0;
                    while let Some(length) = text[at..].find_byte(*byte) {
                        cut(at + length);
                        at += length + 1;
                    }
                }
                cut(text.len());
            }
            Splitter::Regex(regex) => by_regex(regex, text, newline, add),
        }
    }
}

fn blanks(text: &[u8], mut add: impl FnMut(usize, usize)) {
    let is_blank = |byte: &u8| matches!(byte, b' ' | 9..=13);
    let mut at = 0;
    loop {
        match text[at..].iter().position(|byte| !is_blank(byte)) {
            Some(skipped) => at += skipped,
            None => return,
        }
        let length = text[at..].iter().position(is_blank).unwrap_or(text.len() - at);
        add(at, at + length);
        at += length;
    }
}

fn by_regex(regex: &Regex, text: &[u8], newline: bool, mut add: impl FnMut(usize, usize)) {
    let mut start = 0;
    let mut from = 0;
    loop {
        let found = regex.find(text, from, false).map(|found| (found.start(), found.end()));
        let line =
            if newline { text[from..].find_byte(b'\n').map(|at| (from + at, from + at + 1)) } else { None };
        let cut = match (found, line) {
            (Some(found), Some(line)) => Some(found.min(line)),
            (found, line) => found.or(line),
        };
        match cut {
            // An empty match separates nothing.
            Some((low, high)) if low == high => {
                from = high + 1;
                if from > text.len() {
                    break;
                }
            }
            Some((low, high)) => {
                add(start, low);
                start = high;
                from = high;
            }
            None => break,
        }
    }
    add(start, text.len());
}

#[derive(Debug, Clone)]
enum Field {
    Range(u32, u32),
    Set(Value),
}

/// `$0` and what it is made of; both sides are computed when they are asked for.
#[derive(Debug)]
pub(super) struct Record {
    text: Rc<[u8]>,
    /// A field was set: the text must be put together again.
    stale: bool,
    fields: Vec<Field>,
    is_split: bool,
    pub(super) splitter: Splitter,
    pub(super) paragraphs: bool,
}

impl Record {
    pub(super) fn new() -> Record {
        Record {
            text: Rc::from([]),
            stale: false,
            fields: Vec::new(),
            is_split: true,
            splitter: Splitter::Blanks,
            paragraphs: false,
        }
    }

    pub(super) fn set(&mut self, text: Rc<[u8]>) {
        self.text = text;
        self.stale = false;
        self.is_split = false;
    }

    /// Cuts the text before the separator changes.
    pub(super) fn split(&mut self) {
        if self.is_split {
            return;
        }
        self.is_split = true;
        self.fields.clear();
        let fields = &mut self.fields;
        let add = |low: usize, high: usize| fields.push(Field::Range(low as u32, high as u32));
        self.splitter.split(&self.text, self.paragraphs, add);
    }

    pub(super) fn count(&mut self) -> usize {
        self.split();
        self.fields.len()
    }

    pub(super) fn text(&mut self, ofs: &[u8], format: &[u8]) -> &Rc<[u8]> {
        if self.stale {
            self.stale = false;
            let mut text = Vec::with_capacity(self.text.len() + 16);
            let old = Rc::clone(&self.text);
            for (index, field) in self.fields.iter_mut().enumerate() {
                if index > 0 {
                    text.extend_from_slice(ofs);
                }
                let start = text.len();
                match field {
                    Field::Range(low, high) => {
                        text.extend_from_slice(&old[*low as usize..*high as usize]);
                        *field = Field::Range(start as u32, text.len() as u32);
                    }
                    Field::Set(value) => text.extend_from_slice(&value.text(format)),
                }
            }
            self.text = Rc::from(text);
        }
        &self.text
    }

    /// Field `index`, from 1.
    pub(super) fn field(&mut self, index: usize) -> Value {
        self.split();
        match self.fields.get(index - 1) {
            Some(Field::Range(low, high)) => Value::user(&self.text[*low as usize..*high as usize]),
            Some(Field::Set(value)) => value.clone(),
            None => Value::Uninit,
        }
    }

    pub(super) fn set_field(&mut self, index: usize, value: Value) {
        let count = self.count().max(index);
        self.set_count(count);
        self.fields[index - 1] = Field::Set(value);
        self.stale = true;
    }

    pub(super) fn set_count(&mut self, count: usize) {
        self.split();
        self.fields.resize(count, Field::Set(Value::Str(Rc::from([]))));
        self.stale = true;
    }
}
