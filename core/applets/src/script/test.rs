use std::cmp::Ordering;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use pattern::{FnmatchFlags, Regex, RegexOptions, fnmatch};

use super::file_test;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let name = say::name(p);
    let mut args = p.args()[1..].to_vec();
    let closing: &[u8] = match name.as_slice() {
        b"[" => b"]",
        b"[[" => b"]]",
        _ => b"",
    };
    if !closing.is_empty() && args.pop().is_none_or(|last| last != closing) {
        say::error(p, bytes!("missing {}", closing)).await;
        return Err(Exit(2));
    }
    match evaluate(p, &args, Style { double: name == "[[" }) {
        Ok(holds) => Ok(Exit(u8::from(!holds))),
        Err(message) => {
            say::error(p, message).await;
            Err(Exit(2))
        }
    }
}

/// Which of `test` and `[[` is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// `[[`: `=` matches a pattern and `=~` a regular expression.
    pub double: bool,
}

/// Evaluates the words between `[` and `]`, for the applet and the shell's builtin; the error is the message
/// without the command's name, for status 2.
pub fn evaluate(p: &mut Process, args: &[BString], style: Style) -> Result<bool, BString> {
    let mut words = args;
    let mut negate = false;
    // POSIX decides up to four words by their number, before any grammar.
    loop {
        let verdict = match words {
            [] => Some(Ok(false)),
            [word] => Some(Ok(!word.is_empty())),
            [left, op, right] if is_binary(op.as_bstr(), style) => {
                Some(Parser::new(p, words, style).binary(left.as_bstr(), op.as_bstr(), right.as_bstr()))
            }
            [open, word, close] if open == "(" && close == ")" => Some(Ok(!word.is_empty())),
            [not, _, op, _] if not == "!" && (op == "-a" || op == "-o") => {
                Some(Parser::new(p, words, style).whole())
            }
            [not, _, ..] if not == "!" && words.len() <= 4 => None,
            _ => Some(Parser::new(p, words, style).whole()),
        };
        match verdict {
            Some(verdict) => return verdict.map(|holds| holds != negate),
            None => {
                negate = !negate;
                words = &words[1..];
            }
        }
    }
}

const UNARY: &[u8] = b"rwxefdcbphLSugkstOGzn";
const BINARY: &[&str] =
    &["=", "==", "!=", "<", ">", "-eq", "-ne", "-ge", "-gt", "-le", "-lt", "-nt", "-ot", "-ef"];
const DEEPEST: usize = 200;

fn is_binary(word: &BStr, style: Style) -> bool {
    BINARY.iter().any(|op| word == op) || (style.double && word == "=~")
}

fn unary_letter(word: &BStr) -> Option<u8> {
    match **word {
        [b'-', letter] if UNARY.contains(&letter) => Some(letter),
        _ => None,
    }
}

struct Parser<'a> {
    p: &'a mut Process,
    words: &'a [BString],
    at: usize,
    depth: usize,
    style: Style,
}

impl<'a> Parser<'a> {
    fn new(p: &'a mut Process, words: &'a [BString], style: Style) -> Self {
        Self { p, words, at: 0, depth: 0, style }
    }

    fn peek(&self, ahead: usize) -> Option<&'a BStr> {
        self.words.get(self.at + ahead).map(|word| word.as_bstr())
    }

    fn whole(mut self) -> Result<bool, BString> {
        let holds = self.either()?;
        match self.peek(0) {
            Some(word) => Err(bytes!("{}: unknown operand", word)),
            None => Ok(holds),
        }
    }

    fn either(&mut self) -> Result<bool, BString> {
        let mut holds = self.both()?;
        while self.peek(0).is_some_and(|word| word == "-o") {
            self.at += 1;
            holds |= self.both()?;
        }
        Ok(holds)
    }

    fn both(&mut self) -> Result<bool, BString> {
        let mut holds = self.negation()?;
        while self.peek(0).is_some_and(|word| word == "-a") {
            self.at += 1;
            holds &= self.negation()?;
        }
        Ok(holds)
    }

    fn negation(&mut self) -> Result<bool, BString> {
        let mut negate = false;
        while self.peek(0).is_some_and(|word| word == "!") && self.peek(1).is_some() {
            negate = !negate;
            self.at += 1;
        }
        Ok(self.primary()? != negate)
    }

    fn primary(&mut self) -> Result<bool, BString> {
        let word = self.peek(0).ok_or("argument expected")?;
        let binary_follows = self.peek(1).is_some_and(|op| is_binary(op, self.style));
        if word == "(" {
            return self.group();
        }
        if let Some(letter) = unary_letter(word)
            && let Some(operand) = self.peek(1)
            && !(binary_follows && self.peek(2).is_some())
        {
            self.at += 2;
            return file_test::unary(self.p, letter, operand);
        }
        self.at += 1;
        if binary_follows && let Some(op) = self.peek(0) {
            let right = self.peek(1).ok_or_else(|| bytes!("{}: argument expected", op))?;
            self.at += 2;
            return self.binary(word, op, right);
        }
        Ok(!word.is_empty())
    }

    fn group(&mut self) -> Result<bool, BString> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(bytes!("more than {} nested parentheses", DEEPEST.to_string()));
        }
        self.at += 1;
        let holds = self.either()?;
        if self.peek(0).is_none_or(|word| word != ")") {
            return Err("closing paren expected".into());
        }
        self.at += 1;
        self.depth -= 1;
        Ok(holds)
    }

    fn binary(&mut self, left: &BStr, op: &BStr, right: &BStr) -> Result<bool, BString> {
        Ok(match &**op {
            b"=" | b"==" => self.equal(left, right),
            b"!=" => !self.equal(left, right),
            b"<" => left < right,
            b">" => left > right,
            b"=~" => regex(left, right)?,
            b"-eq" => order(left, right)? == Ordering::Equal,
            b"-ne" => order(left, right)? != Ordering::Equal,
            b"-ge" => order(left, right)? != Ordering::Less,
            b"-gt" => order(left, right)? == Ordering::Greater,
            b"-le" => order(left, right)? != Ordering::Greater,
            b"-lt" => order(left, right)? == Ordering::Less,
            _ => file_test::binary(self.p, left, op, right),
        })
    }

    fn equal(&self, left: &BStr, right: &BStr) -> bool {
        if self.style.double { fnmatch(right, left, FnmatchFlags::default()) } else { left == right }
    }
}

fn regex(text: &BStr, pattern: &BStr) -> Result<bool, BString> {
    let options = RegexOptions { extended: true, ..RegexOptions::default() };
    let regex = Regex::new(pattern, options).map_err(|_| bytes!("{}: invalid regex", pattern))?;
    Ok(regex.find(text, 0, false).is_some())
}

fn order(left: &BStr, right: &BStr) -> Result<Ordering, BString> {
    Ok(number(left)?.cmp(&number(right)?))
}

/// A decimal number, blanks around it allowed (`strtoll` of musl).
fn number(text: &BStr) -> Result<i64, BString> {
    let start = text.trim_ascii_start();
    let sign = usize::from(matches!(start.first(), Some(b'-' | b'+')));
    let digits = start[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = start.split_at(if digits > 0 { sign + digits } else { 0 });
    let out_of_range =
        || if text.is_empty() { BString::from("out of range") } else { bytes!("{}: out of range", text) };
    let value = digits.to_str().ok().and_then(|digits| digits.parse().ok()).ok_or_else(out_of_range)?;
    if rest.trim_ascii().is_empty() { Ok(value) } else { Err(bytes!("{}: bad number", text)) }
}
