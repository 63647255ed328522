use std::cmp::Ordering;

use serde_json::Value;

use super::{
    TemplateError,
    print::{go_json, print, truth},
};

type Function = fn(&[Value]) -> Option<Value>;

/// The functions, one row each. `None` means that the arguments do not fit.
const FUNCTIONS: &[(&str, Function)] = &[
    ("and", |args| args.iter().find(|value| !truth(value)).or(args.last()).cloned()),
    ("eq", |args| compare_any(args, Ordering::Equal)),
    ("ge", |args| Some(Value::Bool(compare(args)? != Ordering::Less))),
    ("gt", |args| Some(Value::Bool(compare(args)? == Ordering::Greater))),
    ("html", |args| Some(Value::String(escaped(&args.iter().map(print).collect::<String>(), HTML)))),
    ("index", index),
    ("join", |args| {
        let [Value::Array(items), Value::String(separator)] = args else { return None };
        Some(Value::String(items.iter().map(print).collect::<Vec<_>>().join(separator)))
    }),
    ("js", |args| Some(Value::String(escaped(&args.iter().map(print).collect::<String>(), SCRIPT)))),
    ("json", |args| Some(Value::String(go_json(args.first()?)))),
    ("le", |args| Some(Value::Bool(compare(args)? != Ordering::Greater))),
    ("len", |args| match args {
        [Value::String(text)] => Some(Value::from(text.len())),
        [Value::Array(items)] => Some(Value::from(items.len())),
        [Value::Object(map)] => Some(Value::from(map.len())),
        _ => None,
    }),
    ("lower", |args| text(args).map(|text| Value::String(text.to_lowercase()))),
    ("lt", |args| Some(Value::Bool(compare(args)? == Ordering::Less))),
    ("ne", |args| Some(Value::Bool(compare(args)? != Ordering::Equal))),
    ("not", |args| Some(Value::Bool(!truth(args.first()?)))),
    ("or", |args| args.iter().find(|value| truth(value)).or(args.last()).cloned()),
    ("pad", |args| {
        let [Value::String(text), before, after] = args else { return None };
        if text.is_empty() {
            return Some(Value::String(String::new()));
        }
        Some(Value::String(format!("{}{text}{}", blanks(before)?, blanks(after)?)))
    }),
    ("print", |args| Some(Value::String(args.iter().map(print).collect()))),
    ("printf", printf),
    ("println", |args| Some(Value::String(args.iter().map(print).collect::<Vec<_>>().join(" ") + "\n"))),
    ("slice", |args| match args {
        [Value::String(text), rest @ ..] => {
            let (from, to) = bounds(rest, text.len())?;
            text.get(from..to).map(|part| Value::String(part.to_owned()))
        }
        [Value::Array(items), rest @ ..] => {
            let (from, to) = bounds(rest, items.len())?;
            items.get(from..to).map(|part| Value::Array(part.to_vec()))
        }
        _ => None,
    }),
    ("split", |args| {
        let [Value::String(text), Value::String(separator)] = args else { return None };
        Some(Value::Array(
            text.split(separator.as_str()).map(|part| Value::String(part.to_owned())).collect(),
        ))
    }),
    ("title", |args| text(args).map(|text| Value::String(title(text)))),
    ("truncate", |args| {
        let [Value::String(text), length] = args else { return None };
        let length = usize::try_from(length.as_i64()?).ok()?;
        Some(Value::String(text.chars().take(length).collect()))
    }),
    ("urlquery", |args| Some(Value::String(for_url(&args.iter().map(print).collect::<String>())))),
    ("upper", |args| text(args).map(|text| Value::String(text.to_uppercase()))),
];

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

/// Whether there is such a function.
pub(super) fn exists(name: &str) -> bool {
    FUNCTIONS.iter().any(|(known, _)| *known == name)
}

/// Calls a function.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, TemplateError> {
    let function = FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, function)| function);
    function
        .and_then(|function| function(arguments))
        .ok_or_else(|| TemplateError::new(format!("error calling {name}: wrong number or type of args")))
}

fn text(args: &[Value]) -> Option<&str> {
    match args {
        [Value::String(text)] => Some(text),
        _ => None,
    }
}

fn blanks(count: &Value) -> Option<String> {
    Some(" ".repeat(usize::try_from(count.as_i64()?).ok()?.min(1 << 10)))
}

fn bounds(args: &[Value], length: usize) -> Option<(usize, usize)> {
    let number = |value: &Value| usize::try_from(value.as_i64()?).ok();
    match args {
        [] => Some((0, length)),
        [from] => Some((number(from)?, length)),
        [from, to] => Some((number(from)?, number(to)?)),
        _ => None,
    }
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

fn index(args: &[Value]) -> Option<Value> {
    let (first, keys) = args.split_first()?;
    let mut value = first.clone();
    for key in keys {
        value = match (&value, key) {
            (Value::Array(items), key) => items.get(usize::try_from(key.as_i64()?).ok()?)?.clone(),
            (Value::Object(map), Value::String(key)) => map.get(key).cloned().unwrap_or(Value::Null),
            _ => return None,
        };
    }
    Some(value)
}

fn compare(args: &[Value]) -> Option<Ordering> {
    match args {
        [Value::Number(left), Value::Number(right)] => left.as_f64()?.partial_cmp(&right.as_f64()?),
        [Value::String(left), Value::String(right)] => Some(left.cmp(right)),
        [Value::Bool(left), Value::Bool(right)] => Some(left.cmp(right)),
        _ => None,
    }
}

fn compare_any(args: &[Value], wanted: Ordering) -> Option<Value> {
    let (first, rest) = args.split_first()?;
    let mut found = false;
    for other in rest {
        found |= compare(&[first.clone(), other.clone()])? == wanted;
    }
    (!rest.is_empty()).then_some(Value::Bool(found))
}

/// `%s`, `%d`, `%v`, `%q`, `%t`, with width and `-`.
fn printf(args: &[Value]) -> Option<Value> {
    let (Value::String(format), values) = args.split_first()? else { return None };
    let mut values = values.iter();
    let mut output = String::new();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            output.push(letter);
            continue;
        }
        let mut width = String::new();
        while let Some(digit) = letters.next_if(|letter| letter.is_ascii_digit() || *letter == '-') {
            width.push(digit);
        }
        let shown = match letters.next()? {
            '%' => "%".to_owned(),
            'q' => format!("{:?}", print(values.next()?)),
            's' | 'd' | 'v' | 't' => print(values.next()?),
            _ => return None,
        };
        let columns: i64 = width.parse().unwrap_or(0);
        let size = usize::try_from(columns.unsigned_abs()).ok()?.min(1 << 10);
        output += &if columns < 0 { format!("{shown:<size$}") } else { format!("{shown:>size$}") };
    }
    Some(Value::String(output))
}
