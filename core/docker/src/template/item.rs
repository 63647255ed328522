//! A value while a template runs.

use std::borrow::Cow;

use serde_json::Value;

use super::structs;

/// A value with what Go's types would tell of it.
#[derive(Clone, Debug)]
pub(super) struct Item<'v> {
    /// None for what is not there at all.
    pub(super) value: Option<Cow<'v, Value>>,
    /// The field that it came from, by which its type is known.
    pub(super) name: &'v str,
    pub(super) from: From,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// The template, or a function.
    Template,
    /// A Go struct.
    Struct,
    /// JSON without types.
    Json,
}

impl<'v> Item<'v> {
    pub(super) const NOTHING: Item<'static> = Item { value: None, name: "", from: From::Template };

    /// A value that a function made.
    pub(super) fn made(value: impl Into<Value>) -> Self {
        Item { value: Some(Cow::Owned(value.into())), name: "", from: From::Template }
    }

    /// A part of this one.
    pub(super) fn part(&self, value: Option<Cow<'v, Value>>, name: &'v str) -> Self {
        Item { value, name, from: self.from }
    }

    /// The value, null where there is none.
    pub(super) fn get(&self) -> &Value {
        self.value.as_deref().unwrap_or(&Value::Null)
    }

    pub(super) fn is_null(&self) -> bool {
        self.get().is_null()
    }

    /// Whether it is a text for Go, whose numbers in JSON are texts too.
    pub(super) fn text(&self) -> Option<String> {
        match self.get() {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) if self.from == From::Json => Some(number.to_string()),
            _ => None,
        }
    }

    /// Go's name of its type.
    pub(super) fn type_name(&self) -> &'static str {
        match (self.get(), self.from) {
            (Value::String(_), _) => "string",
            (Value::Number(_), From::Json) => "json.Number",
            (Value::Number(number), _) if number.is_f64() => "float64",
            (Value::Number(_), _) => "int",
            (Value::Bool(_), _) => "bool",
            (Value::Array(_), From::Json) => "[]interface {}",
            (Value::Array(_), _) => "[]string",
            (Value::Object(_), From::Json) => "map[string]interface {}",
            (Value::Object(_), _) => "map[string]string",
            (Value::Null, _) => "interface {}",
        }
    }

    /// As `{{.}}` prints it.
    pub(super) fn printed(&self) -> String {
        match (&self.value, self.from) {
            (None, _) => "<no value>".to_owned(),
            (Some(value), From::Json) if value.is_null() => "<no value>".to_owned(),
            (Some(_), _) => self.spelled(),
        }
    }

    /// As Go's `%v` spells it.
    pub(super) fn spelled(&self) -> String {
        let Some(value) = &self.value else { return "<nil>".to_owned() };
        match self.from {
            From::Struct => structs::spell(value, self.name),
            _ => plain(value),
        }
    }
}

/// A value of maps and lists.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(" ")),
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.iter().collect();
            pairs.sort_by_key(|(key, _)| key.as_str());
            let pairs: Vec<_> = pairs.iter().map(|(key, value)| format!("{key}:{}", plain(value))).collect();
            format!("map[{}]", pairs.join(" "))
        }
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => super::printf::shortest(float),
            None => number.to_string(),
        },
        Value::Bool(value) => value.to_string(),
    }
}

/// Go's notion of truth: everything but the zero value.
pub(super) fn truth(item: &Item<'_>) -> bool {
    match item.get() {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => item.from == From::Json || number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        // A struct is true whatever it holds.
        Value::Object(map) => {
            item.from == From::Struct && structs::is_struct(item.name, map) || !map.is_empty()
        }
    }
}

/// Compact JSON; with Go's escaping of `<`, `>` and `&` where a row marshals itself.
pub(super) fn json(value: &Value, escapes: bool) -> String {
    let plain = value.to_string();
    let mut escaped = String::with_capacity(plain.len());
    for letter in plain.chars() {
        match letter {
            '<' | '>' | '&' if escapes => escaped += &format!("\\u{:04x}", u32::from(letter)),
            '\u{2028}' => escaped.push_str("\\u2028"),
            '\u{2029}' => escaped.push_str("\\u2029"),
            other => escaped.push(other),
        }
    }
    escaped
}
