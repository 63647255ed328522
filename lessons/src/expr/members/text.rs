//! What can be asked of texts and lists of them.

use super::{Call, Member, row};
use crate::expr::value::{Absent, Seen, Type, Value};

pub(super) const ROWS: &[Member] = &[
    row(Type::Text, "lines", &[], Type::Texts, "its lines", |call| {
        let lines: Vec<String> = text(call)?.lines().map(str::to_owned).collect();
        Ok(Seen::new(lines, call.from))
    }),
    row(Type::Text, "length", &[], Type::Int, "how many characters it has", |call| {
        Ok(Seen::new(text(call)?.chars().count(), call.from))
    }),
    row(Type::Text, "trimmed", &[], Type::Text, "the text without blanks and line ends around it", |call| {
        Ok(Seen::new(text(call)?.trim(), call.from))
    }),
    row(Type::Texts, "count", &[], Type::Int, "how many texts it has", |call| {
        Ok(Seen::new(texts(call)?.len(), call.from))
    }),
    row(Type::Texts, "first", &[], Type::Text, "its first text", |call| end(call, texts(call)?.first())),
    row(Type::Texts, "last", &[], Type::Text, "its last text", |call| end(call, texts(call)?.last())),
];

fn text<'c>(call: &Call<'c>) -> Result<&'c str, Absent> {
    match call.on {
        Value::Text(text) => Ok(text),
        _ => Err(call.impossible()),
    }
}

fn texts<'c>(call: &Call<'c>) -> Result<&'c [String], Absent> {
    match call.on {
        Value::Texts(texts) => Ok(texts),
        _ => Err(call.impossible()),
    }
}

fn end(call: &Call<'_>, found: Option<&String>) -> Result<Seen, Absent> {
    match found {
        Some(text) => Ok(Seen::new(text.as_str(), call.from)),
        None => Err(Absent::new("the list is empty", call.from)),
    }
}
