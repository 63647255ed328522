use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use pattern::{Regex, RegexOptions};

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "EXPRESSION

Print the value of EXPRESSION

	A | B	A unless it is null or 0, then B
	A & B	A unless one of both is null or 0, then 0
	A < B	(<= = != >= >) 1 when it holds, else 0
	A + B	(- * / %) arithmetic
	STRING : REGEX	what \\( \\) matched from the start, or the number of characters
	match STRING REGEX, substr STRING POS LENGTH, index STRING CHARS, length STRING
	quote TOKEN	TOKEN as a string even if it is a keyword or an operator
	( EXPRESSION )";

/// How deeply parentheses may nest.
const DEEPEST: usize = 200;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    match value(&words) {
        Ok(value) => {
            say::print(p, bytes!("{}\n", value.text())).await?;
            Ok(Exit(u8::from(value.is_null())))
        }
        Err(message) => {
            say::error(p, message).await;
            Err(Exit(2))
        }
    }
}

fn value(words: &[BString]) -> Result<Value, BString> {
    if words.is_empty() {
        return Err("too few arguments".into());
    }
    let mut parser = Parser { words, at: 0, depth: 0 };
    let value = parser.level(0)?;
    if parser.at < words.len() { Err(syntax()) } else { Ok(value) }
}

fn syntax() -> BString {
    "syntax error".into()
}

#[derive(Debug, Clone)]
enum Value {
    Number(i64),
    Text(BString),
}

impl Value {
    fn text(&self) -> BString {
        match self {
            Self::Number(number) => number.to_string().into(),
            Self::Text(text) => text.clone(),
        }
    }

    fn is_null(&self) -> bool {
        match self {
            Self::Number(number) => *number == 0,
            Self::Text(text) => text.is_empty() || text == "0",
        }
    }

    fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.to_str().ok().filter(|text| !text.starts_with('+'))?.parse().ok(),
        }
    }
}

/// Binary operators from the loosest binding to the tightest.
const LEVELS: &[&[&str]] =
    &[&["|"], &["&"], &["<", "<=", "=", "==", "!=", ">=", ">"], &["+", "-"], &["*", "/", "%"], &[":"]];

struct Parser<'a> {
    words: &'a [BString],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn next(&mut self) -> Result<BString, BString> {
        let word = self.words.get(self.at).cloned().ok_or_else(syntax)?;
        self.at += 1;
        Ok(word)
    }

    fn level(&mut self, level: usize) -> Result<Value, BString> {
        let Some(operators) = LEVELS.get(level) else { return self.primary() };
        let mut left = self.level(level + 1)?;
        while let Some(op) = self.words.get(self.at).filter(|word| operators.iter().any(|op| word == op)) {
            self.at += 1;
            let right = self.level(level + 1)?;
            left = apply(op.as_bstr(), left, right)?;
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<Value, BString> {
        let word = self.next()?;
        let value = match word.as_slice() {
            b"(" => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(syntax());
                }
                let inner = self.level(0)?;
                if self.next()? != ")" {
                    return Err(syntax());
                }
                self.depth -= 1;
                inner
            }
            b")" | b"|" | b"&" | b"<" | b"<=" | b"=" | b"==" | b"!=" | b">=" | b">" | b"+" | b"-" | b"*"
            | b"/" | b"%" | b":" => return Err(syntax()),
            b"quote" => Value::Text(self.next()?),
            b"length" => {
                let text = self.primary()?.text();
                Value::Number(characters(&text))
            }
            b"match" => {
                let (text, pattern) = (self.primary()?.text(), self.primary()?.text());
                matched(&text, &pattern)?
            }
            b"index" => {
                let (text, set) = (self.primary()?.text(), self.primary()?.text());
                let at = text.iter().position(|byte| set.contains(byte));
                Value::Number(at.map_or(0, |at| at as i64 + 1))
            }
            b"substr" => {
                let text = self.primary()?.text();
                let (from, length) = (self.primary()?.number(), self.primary()?.number());
                Value::Text(substring(&text, from, length))
            }
            _ => Value::Text(word),
        };
        Ok(value)
    }
}

fn characters(text: &[u8]) -> i64 {
    text.len() as i64
}

fn substring(text: &[u8], from: Option<i64>, length: Option<i64>) -> BString {
    let (Some(from), Some(length)) = (from, length) else { return BString::default() };
    if from <= 0 || length <= 0 {
        return BString::default();
    }
    let from = usize::try_from(from - 1).unwrap_or(usize::MAX);
    text.iter().copied().skip(from).take(usize::try_from(length).unwrap_or(usize::MAX)).collect()
}

fn matched(text: &BString, pattern: &BString) -> Result<Value, BString> {
    let regex = Regex::new(pattern, RegexOptions::default())
        .map_err(|error| bytes!("bad regex '{}': {}", pattern, error.to_string()))?;
    let captures =
        regex.find(text, 0, false).filter(|captures| captures.get(0).is_some_and(|all| all.0 == 0));
    if pattern.find("\\(").is_some() {
        let group = captures.and_then(|captures| captures.get(1)).map(|(start, end)| &text[start..end]);
        return Ok(Value::Text(group.unwrap_or_default().into()));
    }
    let end = captures.and_then(|captures| captures.get(0)).map_or(0, |all| all.1);
    Ok(Value::Number(characters(&text[..end])))
}

fn apply(op: &BStr, left: Value, right: Value) -> Result<Value, BString> {
    match &**op {
        b"|" => Ok(if left.is_null() { right } else { left }),
        b"&" if left.is_null() || right.is_null() => Ok(Value::Number(0)),
        b"&" => Ok(left),
        b":" => matched(&left.text(), &right.text()),
        b"+" | b"-" | b"*" | b"/" | b"%" => arithmetic(op, &left, &right),
        _ => Ok(Value::Number(i64::from(compare(op, &left, &right)))),
    }
}

fn arithmetic(op: &BStr, left: &Value, right: &Value) -> Result<Value, BString> {
    let (Some(left), Some(right)) = (left.number(), right.number()) else {
        return Err("non-numeric argument".into());
    };
    Ok(Value::Number(match &**op {
        b"+" => left.wrapping_add(right),
        b"-" => left.wrapping_sub(right),
        b"*" => left.wrapping_mul(right),
        _ if right == 0 => return Err("division by zero".into()),
        b"/" => left.wrapping_div(right),
        _ => left.wrapping_rem(right),
    }))
}

fn compare(op: &BStr, left: &Value, right: &Value) -> bool {
    let order = match (left.number(), right.number()) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.text().cmp(&right.text()),
    };
    match &**op {
        b"<" => order.is_lt(),
        b"<=" => order.is_le(),
        b"!=" => order.is_ne(),
        b">=" => order.is_ge(),
        b">" => order.is_gt(),
        _ => order.is_eq(),
    }
}
