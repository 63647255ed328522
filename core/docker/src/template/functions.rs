//! The functions of templates: Go's own and those of docker's client.

use std::{borrow::Cow, cmp::Ordering};

use serde_json::Value;

use super::{
    item::{From, Item, json, plain, truth},
    printf::printf,
    structs,
};

/// What an argument has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Any,
    Text,
    Number,
    Texts,
}

/// What comes of a call, or Go's complaint.
type Made<'v> = Result<Item<'v>, String>;

/// A function: one row of the table.
pub(super) struct Function {
    pub(super) name: &'static str,
    /// The arguments that it must have.
    pub(super) takes: &'static [Takes],
    /// Whether it takes any number of further ones.
    pub(super) more: bool,
    pub(super) run: for<'a, 'v> fn(&'a [Item<'v>]) -> Made<'v>,
}

const fn function(
    name: &'static str,
    takes: &'static [Takes],
    more: bool,
    run: for<'a, 'v> fn(&'a [Item<'v>]) -> Made<'v>,
) -> Function {
    Function { name, takes, more, run }
}

use Takes::{Any, Number, Text, Texts};

/// All of them; `and` and `or` are left to the evaluation, since they skip arguments.
const FUNCTIONS: &[Function] = &[
    function("and", &[Any], true, |args| Ok(args[0].clone())),
    function("call", &[Any], true, |args| match args[0].value {
        None => Err("call of nil".to_owned()),
        Some(_) => Err(format!("non-function of type {}", args[0].type_name())),
    }),
    function("eq", &[Any], true, |args| equal(args).map(Item::made)),
    function("ge", &[Any, Any], false, |args| Ok(Item::made(!less(args)?))),
    function("gt", &[Any, Any], false, |args| Ok(Item::made(!less(args)? && !equal(args)?))),
    function("html", &[], true, |args| Ok(Item::made(escaped(&sprint(args), HTML)))),
    function("index", &[Any], true, index),
    function("join", &[Texts, Text], false, |args| {
        let texts: Vec<String> = args[0].get().as_array().into_iter().flatten().map(plain).collect();
        Ok(Item::made(texts.join(&text(args, 1))))
    }),
    function("js", &[], true, |args| Ok(Item::made(escaped(&sprint(args), SCRIPT)))),
    function("json", &[Any], false, |args| Ok(Item::made(marshalled(&args[0])))),
    function("le", &[Any, Any], false, |args| Ok(Item::made(less(args)? || equal(args)?))),
    function("len", &[Any], false, |args| match (args[0].get(), args[0].text()) {
        (_, Some(text)) => Ok(Item::made(text.len())),
        (Value::Array(items), _) => Ok(Item::made(items.len())),
        (Value::Object(map), _) => Ok(Item::made(map.len())),
        (Value::Null, _) if args[0].from == From::Struct && args[0].value.is_some() => Ok(Item::made(0)),
        (Value::Null, _) => Err("len of nil pointer".to_owned()),
        _ => Err(format!("len of type {}", args[0].type_name())),
    }),
    function("lower", &[Text], false, |args| Ok(Item::made(text(args, 0).to_lowercase()))),
    function("lt", &[Any, Any], false, |args| less(args).map(Item::made)),
    function("ne", &[Any, Any], false, |args| Ok(Item::made(!equal(args)?))),
    function("not", &[Any], false, |args| Ok(Item::made(!truth(&args[0])))),
    function("or", &[Any], true, |args| Ok(args[0].clone())),
    function("pad", &[Text, Number, Number], false, |args| {
        let (blank, text) =
            (|at| " ".repeat(usize::try_from(number(args, at)).unwrap_or(0).min(1 << 10)), text(args, 0));
        Ok(Item::made(if text.is_empty() { text } else { blank(1) + &text + &blank(2) }))
    }),
    function("print", &[], true, |args| Ok(Item::made(sprint(args)))),
    function("printf", &[Text], true, |args| Ok(Item::made(printf(&text(args, 0), &args[1..])))),
    function("println", &[], true, |args| {
        Ok(Item::made(args.iter().map(Item::spelled).collect::<Vec<_>>().join(" ") + "\n"))
    }),
    function("slice", &[Any], true, slice),
    function("split", &[Text, Text], false, |args| {
        let (text, separator) = (text(args, 0), text(args, 1));
        let parts: Vec<Value> = match separator.as_str() {
            "" => text.chars().map(|letter| Value::from(letter.to_string())).collect(),
            separator => text.split(separator).map(Value::from).collect(),
        };
        Ok(Item::made(parts))
    }),
    function("title", &[Text], false, |args| Ok(Item::made(title(&text(args, 0))))),
    function("truncate", &[Text, Number], false, |args| {
        let (text, length) = (text(args, 0), number(args, 1));
        match usize::try_from(length) {
            Ok(length) => Ok(Item::made(text.chars().take(length).collect::<String>())),
            Err(_) => Err(format!("runtime error: slice bounds out of range [:{length}]")),
        }
    }),
    function("upper", &[Text], false, |args| Ok(Item::made(text(args, 0).to_uppercase()))),
    function("urlquery", &[], true, |args| Ok(Item::made(for_url(&sprint(args))))),
];

/// Whether there is such a function.
pub(super) fn exists(name: &str) -> bool {
    find(name).is_some()
}

/// The row of a function.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// The functions that leave their first argument as it is where a table's head is made.
pub(super) const NOT_IN_HEADS: &[&str] = &["join", "json", "lower", "split", "title", "truncate", "upper"];

fn text(args: &[Item<'_>], at: usize) -> String {
    args.get(at).and_then(Item::text).unwrap_or_default()
}

fn number(args: &[Item<'_>], at: usize) -> i64 {
    args.get(at).and_then(|item| item.get().as_i64()).unwrap_or(0)
}

/// JSON of a value; a row marshals itself, by the names of its fields.
fn marshalled(item: &Item<'_>) -> String {
    match item.get() {
        Value::Object(map) if item.name == super::eval::ROW => {
            let mut pairs: Vec<_> = map.iter().collect();
            pairs.sort_by_key(|(key, _)| key.as_str());
            let sorted = pairs.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect();
            json(&Value::Object(sorted), true)
        }
        value => json(value, false),
    }
}

/// Go's `fmt.Sprint`: blanks between what are no texts.
fn sprint(args: &[Item<'_>]) -> String {
    let mut all = String::new();
    let mut before_is_text = true;
    for item in args {
        let is_text = matches!(item.get(), Value::String(_));
        if !is_text && !before_is_text {
            all.push(' ');
        }
        all += &item.spelled();
        before_is_text = is_text;
    }
    all
}

/// What Go's `html` writes for a letter.
const HTML: &[(char, &str)] =
    &[('"', "&#34;"), ('\'', "&#39;"), ('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('\0', "\u{fffd}")];

/// What Go's `js` writes for a letter.
const SCRIPT: &[(char, &str)] = &[
    ('\\', "\\\\"),
    ('\'', "\\'"),
    ('"', "\\\""),
    ('<', "\\u003C"),
    ('>', "\\u003E"),
    ('&', "\\u0026"),
    ('=', "\\u003D"),
    ('\n', "\\u000A"),
    ('\t', "\\u0009"),
    ('\r', "\\u000D"),
];

fn escaped(text: &str, table: &[(char, &str)]) -> String {
    let mut all = String::new();
    for letter in text.chars() {
        match table.iter().find(|(from, _)| *from == letter) {
            Some((_, to)) => all += to,
            None => all.push(letter),
        }
    }
    all
}

fn for_url(text: &str) -> String {
    let mut all = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => all.push(char::from(byte)),
            b' ' => all.push('+'),
            byte => all += &format!("%{byte:02X}"),
        }
    }
    all
}

fn title(text: &str) -> String {
    let mut start = true;
    let letters = text.chars().map(|letter| {
        let upper = start && letter.is_alphabetic();
        start = !letter.is_alphanumeric() && letter != '_' && letter != '\'';
        if upper { letter.to_uppercase().next().unwrap_or(letter) } else { letter }
    });
    letters.collect()
}

fn index<'v>(args: &[Item<'v>]) -> Made<'v> {
    let mut item = args[0].clone();
    for key in &args[1..] {
        let is_nil = item.is_null();
        let (value, name, from) = match (item.value, item.name, item.from) {
            (None, ..) => return Err("index of untyped nil".to_owned()),
            (Some(_), _, From::Json | From::Template) if is_nil => {
                return Err("index of untyped nil".to_owned());
            }
            (Some(value), name, from) => (value, name, from),
        };
        let outer = Item { value: None, name, from };
        item = match (&*value, key.text()) {
            (Value::Object(map), Some(_)) if from == From::Struct && structs::is_struct(name, map) => {
                return Err("can't index item of type struct".to_owned());
            }
            (Value::Object(_) | Value::Null, Some(_))
                if from == From::Struct && structs::PORTS.contains(&name) =>
            {
                return Err("value has type string; should be nat.Port".to_owned());
            }
            (Value::Object(map), Some(wanted)) => {
                let found = map.get(&wanted).cloned();
                // A map of texts answers with an empty one.
                let zero = from == From::Struct && map.values().all(Value::is_string);
                let found = found.or_else(|| zero.then(|| Value::from("")));
                outer.part(found.map(Cow::Owned), name)
            }
            (Value::Object(_), None) => {
                return Err(format!("value has type {}; should be string", key.type_name()));
            }
            (Value::Array(items), _) => {
                let at = position(key, items.len())?;
                let found = items.get(at).ok_or_else(|| out_of_range(key))?;
                outer.part(Some(Cow::Owned(found.clone())), name)
            }
            (Value::String(text), _) => {
                let at = position(key, text.len())?;
                Item::made(*text.as_bytes().get(at).ok_or_else(|| out_of_range(key))?)
            }
            (Value::Null, _) => return Err("index of nil pointer".to_owned()),
            (other, _) => {
                let other = Item { value: Some(Cow::Borrowed(other)), name, from };
                return Err(format!("can't index item of type {}", other.type_name()));
            }
        };
    }
    Ok(item)
}

fn out_of_range(key: &Item<'_>) -> String {
    format!("index out of range: {}", key.spelled())
}

/// A place in a list of so many.
fn position(key: &Item<'_>, length: usize) -> Result<usize, String> {
    let number = match key.get() {
        Value::Number(number) if key.from != From::Json => number.as_i64(),
        Value::Null => return Err("cannot index slice/array with nil".to_owned()),
        _ => None,
    };
    let number = number.ok_or_else(|| format!("cannot index slice/array with type {}", key.type_name()))?;
    usize::try_from(number).ok().filter(|at| *at <= length).ok_or_else(|| out_of_range(key))
}

fn slice<'v>(args: &[Item<'v>]) -> Made<'v> {
    let (item, bounds) = (&args[0], &args[1..]);
    if item.value.is_none() {
        return Err("slice of untyped nil".to_owned());
    }
    if bounds.len() > 3 {
        return Err(format!("too many slice indexes: {}", bounds.len()));
    }
    let length = match item.get() {
        Value::String(_) if bounds.len() == 3 => return Err("cannot 3-index slice a string".to_owned()),
        Value::String(text) => text.len(),
        Value::Array(items) => items.len(),
        _ => return Err(format!("can't slice item of type {}", item.type_name())),
    };
    let mut at = [0, length];
    for (slot, bound) in at.iter_mut().zip(bounds) {
        *slot = position(bound, length)?;
    }
    let [from, to] = at;
    if from > to {
        return Err(format!("invalid slice index: {from} > {to}"));
    }
    let value = match item.get() {
        Value::String(text) => Value::from(String::from_utf8_lossy(&text.as_bytes()[from..to]).into_owned()),
        Value::Array(items) => Value::from(items[from..to].to_vec()),
        _ => Value::Null,
    };
    Ok(item.part(Some(Cow::Owned(value)), item.name))
}

const INCOMPATIBLE: &str = "incompatible types for comparison";
const NOT_COMPARABLE: &str = "invalid type for comparison";

fn order(left: &Item<'_>, right: &Item<'_>) -> Result<Ordering, String> {
    let wrong = |what: &str| Err(what.to_owned());
    for item in [left, right] {
        if matches!(item.get(), Value::Array(_) | Value::Object(_)) {
            return wrong(NOT_COMPARABLE);
        }
    }
    match (left.text(), right.text(), left.get(), right.get()) {
        (Some(left), Some(right), ..) => Ok(left.cmp(&right)),
        (None, None, Value::Number(left), Value::Number(right)) if left.is_f64() == right.is_f64() => {
            Ok(left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Less))
        }
        (None, None, Value::Bool(left), Value::Bool(right)) => Ok(left.cmp(right)),
        _ => wrong(INCOMPATIBLE),
    }
}

fn equal(args: &[Item<'_>]) -> Result<bool, String> {
    let (first, rest) = args.split_first().ok_or("missing argument for comparison")?;
    if rest.is_empty() {
        return Err("missing argument for comparison".to_owned());
    }
    for other in rest {
        let same = match (first.is_null(), other.is_null()) {
            (false, false) => order(first, other)? == Ordering::Equal,
            (left, right) => left == right,
        };
        if same {
            return Ok(true);
        }
    }
    Ok(false)
}

fn less(args: &[Item<'_>]) -> Result<bool, String> {
    let [left, right] = args else { return Err("missing argument for comparison".to_owned()) };
    if matches!((left.get(), right.get()), (Value::Bool(_), Value::Bool(_))) {
        return Err(NOT_COMPARABLE.to_owned());
    }
    Ok(order(left, right)? == Ordering::Less)
}
