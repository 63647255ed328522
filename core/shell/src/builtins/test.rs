//! `test`, `[`, `[[`.

use bstr::{BString, ByteSlice};
use kernel::Process;
use pattern::{FnmatchFlags, Regex, RegexOptions, fnmatch};
use vfs::{FileType, Stat};

use super::{Done, status};
use crate::exec::Machine;

/// How deep parentheses may nest.
const MAX_DEPTH: usize = 100;

/// Operators of two operands.
const BINARY: &[&str] =
    &["!=", "-ef", "-eq", "-ge", "-gt", "-le", "-lt", "-ne", "-nt", "-ot", "<", "=", "==", "=~", ">"];

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let mut words = &args[1..];
    let closing = match args[0].as_slice() {
        b"[" => Some("]"),
        b"[[" => Some("]]"),
        _ => None,
    };
    if let Some(closing) = closing {
        match words.split_last() {
            Some((last, before)) if last == closing => words = before,
            _ => return complain(m, format!("missing {closing}").as_bytes()),
        }
    }
    let mut test = Test { p, words, at: 0, depth: 0, patterns: args[0] == "[[" };
    match test.whole() {
        Ok(holds) => status(u8::from(!holds)),
        Err(text) => complain(m, &text),
    }
}

fn complain(m: &mut Machine, text: &[u8]) -> Done {
    m.err.extend_from_slice(b"sh: ");
    m.err.extend_from_slice(text);
    m.err.push(b'\n');
    status(2)
}

struct Test<'t> {
    p: &'t mut Process,
    words: &'t [BString],
    at: usize,
    depth: usize,
    /// `[[`: equality matches patterns.
    patterns: bool,
}

impl<'t> Test<'t> {
    fn peek(&self, ahead: usize) -> Option<&'t BString> {
        self.words.get(self.at + ahead)
    }

    fn whole(&mut self) -> Result<bool, BString> {
        match self.words {
            [] => return Ok(false),
            [word] => return Ok(!word.is_empty()),
            [not, word] if not == "!" => return Ok(word.is_empty()),
            _ => {}
        }
        let holds = self.either()?;
        match self.peek(0) {
            Some(word) => Err(format!("{}: unknown operand", word.as_bstr()).into()),
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
        let mut negated = false;
        while self.peek(0).is_some_and(|word| word == "!") && self.peek(1).is_some() && !self.at_comparison()
        {
            negated = !negated;
            self.at += 1;
        }
        Ok(self.primary()? != negated)
    }

    /// Three words with an operator in the middle follow.
    fn at_comparison(&self) -> bool {
        self.peek(1).is_some_and(is_binary) && self.peek(2).is_some()
    }

    fn primary(&mut self) -> Result<bool, BString> {
        let word = self.peek(0).ok_or("argument expected")?;
        let operator = self.peek(1).filter(|word| is_binary(word));
        let is_binary = operator.is_some() && self.peek(2).is_some();
        if word == "(" && !is_binary {
            return self.group();
        }
        if let [b'-', letter] = word.as_slice()
            && b"bcdefghknoprstuwxzGLNOS".contains(letter)
            && !is_binary
            && let Some(operand) = self.peek(1)
        {
            self.at += 2;
            return self.unary(*letter, operand);
        }
        self.at += 1;
        match operator {
            Some(operator) => {
                let Some(right) = self.peek(1) else {
                    return Err(format!("{}: argument expected", operator.as_bstr()).into());
                };
                self.at += 2;
                self.binary(word, operator, right)
            }
            None => Ok(!word.is_empty()),
        }
    }

    fn group(&mut self) -> Result<bool, BString> {
        if self.depth == MAX_DEPTH {
            return Err("too many nested parentheses".into());
        }
        self.depth += 1;
        self.at += 1;
        let holds = self.either()?;
        if self.peek(0).is_none_or(|word| word != ")") {
            return Err("closing paren expected".into());
        }
        self.at += 1;
        self.depth -= 1;
        Ok(holds)
    }

    fn binary(&mut self, left: &BString, operator: &BString, right: &BString) -> Result<bool, BString> {
        Ok(match operator.as_slice() {
            b"=" | b"==" => self.equal(left, right),
            b"!=" => !self.equal(left, right),
            b"<" => left < right,
            b">" => left > right,
            b"=~" => {
                let options = RegexOptions { extended: true, ..RegexOptions::default() };
                let regex = Regex::new(right, options).map_err(|_| BString::from("bad regex"))?;
                regex.is_match(left, 0, false)
            }
            b"-nt" | b"-ot" | b"-ef" => self.compare_files(left, operator, right),
            operator => {
                let (left, right) = (integer(left)?, integer(right)?);
                match operator {
                    b"-eq" => left == right,
                    b"-ne" => left != right,
                    b"-lt" => left < right,
                    b"-le" => left <= right,
                    b"-gt" => left > right,
                    _ => left >= right,
                }
            }
        })
    }

    fn equal(&self, left: &BString, right: &BString) -> bool {
        if self.patterns { fnmatch(right, left, FnmatchFlags::default()) } else { left == right }
    }

    fn compare_files(&mut self, left: &BString, operator: &BString, right: &BString) -> bool {
        let (left, right) = (self.p.stat(left), self.p.stat(right));
        let (Ok(left), Ok(right)) = (left, right) else { return false };
        match operator.as_slice() {
            b"-nt" => left.mtime > right.mtime,
            b"-ot" => left.mtime < right.mtime,
            _ => left.ino == right.ino && left.rdev == right.rdev,
        }
    }

    fn unary(&mut self, letter: u8, operand: &BString) -> Result<bool, BString> {
        Ok(match letter {
            b'n' => !operand.is_empty(),
            b'z' => operand.is_empty(),
            b't' => match integer(operand)? {
                fd @ 0..=0xffff => self.p.isatty(fd as i32),
                _ => false,
            },
            b'h' | b'L' => self.p.lstat(operand).is_ok_and(|stat| stat.file_type == FileType::Symlink),
            b'r' => self.p.access(operand, true, false, false).is_ok(),
            b'w' => self.p.access(operand, false, true, false).is_ok(),
            b'x' => self.p.access(operand, false, false, true).is_ok(),
            letter => match self.p.stat(operand) {
                Ok(stat) => self.file_is(letter, &stat),
                Err(_) => false,
            },
        })
    }

    fn file_is(&mut self, letter: u8, stat: &Stat) -> bool {
        let mode = |bit: u32| stat.mode.bits() & bit != 0;
        match letter {
            b'd' => stat.file_type == FileType::Directory,
            b'f' => stat.file_type == FileType::Regular,
            b'b' => stat.file_type == FileType::BlockDevice,
            b'c' => stat.file_type == FileType::CharDevice,
            b'p' => stat.file_type == FileType::Fifo,
            b'S' => stat.file_type == FileType::Socket,
            b's' => stat.size > 0,
            b'u' => mode(0o4000),
            b'g' => mode(0o2000),
            b'k' => mode(0o1000),
            b'O' => stat.uid == self.p.cred().uid,
            b'G' => stat.gid == self.p.cred().gid,
            b'N' => stat.mtime > stat.atime,
            _ => true,
        }
    }
}

fn is_binary(word: &BString) -> bool {
    BINARY.iter().any(|operator| word == operator)
}

/// A decimal number, blanks around it allowed. The errors are musl's view of strtoll.
fn integer(text: &BString) -> Result<i64, BString> {
    let trimmed = text.trim_ascii();
    let digits = trimmed.strip_prefix(b"+").unwrap_or(trimmed);
    match digits.to_str().ok().and_then(|digits| digits.parse().ok()) {
        Some(value) => Ok(value),
        None if text.is_empty() => Err("out of range".into()),
        None if text.first().is_some_and(u8::is_ascii_digit) && !digits.iter().all(u8::is_ascii_digit) => {
            Err(format!("{}: bad number", text.as_bstr()).into())
        }
        None => Err(format!("{}: out of range", text.as_bstr()).into()),
    }
}
