use std::rc::Rc;

use bstr::{BString, ByteSlice};
use pattern::{Regex, RegexOptions};

use super::delimited::{controls, length, unescape};
use super::script::{Action, Address, Command, Piece, RangeEnd, Script, Substitution};

/// What separates commands.
const SEPARATORS: &[u8] = b"; \n\r\t\x0b";

/// Parses the parts of a script; the error is the message.
pub(super) fn parse(parts: &[BString], extended: bool) -> Result<Script, BString> {
    let mut parser = Parser { script: Script::default(), extended };
    let mut unfinished: Option<BString> = None;
    for part in parts {
        for line in logical_lines(part) {
            let mut line = match unfinished.take() {
                Some(before) => bytes!("{}\n{}", before, line),
                None => line,
            };
            // A line that ends in a backslash goes on in the next one.
            let slashes = line.iter().rev().take_while(|&&byte| byte == b'\\').count();
            if slashes % 2 == 1 {
                line.pop();
                unfinished = Some(line);
                continue;
            }
            parser.line(&line)?;
        }
    }
    if let Some(line) = unfinished {
        parser.line(&bytes!("{}\n", line))?;
    }
    Ok(parser.script)
}

/// Splits at newlines; an escaped newline belongs to its line and loses the backslash.
fn logical_lines(part: &[u8]) -> Vec<BString> {
    let mut lines = vec![BString::default()];
    for &byte in part {
        let Some(line) = lines.last_mut() else { break };
        let slashes = line.iter().rev().take_while(|&&byte| byte == b'\\').count();
        if byte != b'\n' {
            line.push(byte);
        } else if slashes % 2 == 1 {
            line.pop();
            line.push(b'\n');
        } else {
            lines.push(BString::default());
        }
    }
    lines
}

struct Parser {
    script: Script,
    extended: bool,
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    text.trim_start_with(|c| c.is_ascii_whitespace() || c == '\x0b')
}

fn unmatched(delimiter: u8) -> BString {
    bytes!("unmatched '{}'", [delimiter])
}

impl Parser {
    fn line(&mut self, line: &[u8]) -> Result<(), BString> {
        let mut rest = line;
        loop {
            rest = rest.trim_start_with(|c| SEPARATORS.contains(&(c as u32 as u8)) && c.is_ascii());
            match rest.first() {
                None => return Ok(()),
                Some(b'#') => {
                    let end = rest.find_byteset(b"\n\r").unwrap_or(rest.len());
                    // `#n` alone is -n.
                    self.script.quiet |= &rest[..end] == b"#n";
                    rest = &rest[end..];
                }
                Some(_) => rest = self.command(rest)?,
            }
        }
    }

    fn command<'t>(&mut self, text: &'t [u8]) -> Result<&'t [u8], BString> {
        let (start, mut rest) = self.address(text)?;
        let mut end = None;
        if rest.first() == Some(&b',') {
            let (found, after) = self.range_end(&rest[1..])?;
            (end, rest) = (Some(found), after);
        }
        rest = skip_blanks(rest);
        let invert = rest.first() == Some(&b'!');
        if invert {
            rest = skip_blanks(&rest[1..]);
        }
        let Some((&letter, rest)) = rest.split_first() else { return Err("missing command".into()) };
        let ranged = end.is_some();
        let (action, rest) = self.action(letter, rest, ranged)?;
        self.script.commands.push(Command { start, end, invert, action });
        // After a command only blanks, a separator or a brace may follow.
        let after = skip_blanks_in_line(rest);
        let bounded = after.first().is_none_or(|byte| b";\n\r}#".contains(byte));
        let opens = matches!(letter, b'{' | b'}');
        if bounded || opens { Ok(rest) } else { Ok(after) }
    }

    fn address<'t>(&mut self, text: &'t [u8]) -> Result<(Option<Address>, &'t [u8]), BString> {
        let Some(&first) = text.first() else { return Ok((None, text)) };
        if first.is_ascii_digit() {
            let (number, rest) = number(text);
            return Ok((Some(Address::Line(number)), rest));
        }
        match first {
            b'$' => Ok((Some(Address::Last), &text[1..])),
            b'/' => {
                self.regex_address(b'/', &text[1..]).map(|(regex, rest)| (Some(Address::Regex(regex)), rest))
            }
            b'\\' if text.len() > 1 => {
                let (regex, rest) = self.regex_address(text[1], &text[2..])?;
                Ok((Some(Address::Regex(regex)), rest))
            }
            _ => Ok((None, text)),
        }
    }

    fn range_end<'t>(&mut self, text: &'t [u8]) -> Result<(RangeEnd, &'t [u8]), BString> {
        if text.first() == Some(&b'+') && text.get(1).is_some_and(u8::is_ascii_digit) {
            let (more, rest) = number(&text[1..]);
            return Ok((RangeEnd::More(more), rest));
        }
        let (address, rest) = self.address(text)?;
        let end = match address {
            Some(Address::Line(line)) => RangeEnd::Line(line),
            Some(Address::Last) => RangeEnd::Last,
            Some(Address::Regex(regex)) => RangeEnd::Regex(regex),
            None => return Err("no address after comma".into()),
        };
        Ok((end, rest))
    }

    fn regex_address<'t>(
        &mut self,
        delimiter: u8,
        text: &'t [u8],
    ) -> Result<(Option<Rc<Regex>>, &'t [u8]), BString> {
        let end = length(text, delimiter, true).ok_or_else(|| unmatched(delimiter))?;
        let pattern = unescape(&controls(&text[..end]), delimiter, delimiter);
        Ok((self.regex(&pattern, false)?, &text[end + 1..]))
    }

    fn regex(&self, pattern: &BString, icase: bool) -> Result<Option<Rc<Regex>>, BString> {
        if pattern.is_empty() {
            return Ok(None);
        }
        let options = RegexOptions { extended: self.extended, icase, newline: false };
        match Regex::new(pattern, options) {
            Ok(regex) => Ok(Some(Rc::new(regex))),
            Err(error) => Err(bytes!("bad regex '{}': {}", pattern, error.to_string())),
        }
    }

    fn action<'t>(
        &mut self,
        letter: u8,
        rest: &'t [u8],
        ranged: bool,
    ) -> Result<(Action, &'t [u8]), BString> {
        if ranged && matches!(letter, b'a' | b'i' | b'r') {
            return Err(bytes!("command '{}' uses only one address", [letter]));
        }
        match letter {
            b's' => self.substitution(rest),
            b'a' | b'i' | b'c' => {
                let text = text_argument(rest);
                let action = match letter {
                    b'a' => Action::Append(text),
                    b'i' => Action::Insert(text),
                    _ => Action::Change(text),
                };
                Ok((action, &[]))
            }
            b'r' => file_argument(rest).map(|(name, rest)| (Action::Read(name), rest)),
            b'w' => {
                let (name, rest) = file_argument(rest)?;
                Ok((Action::Write(self.file(name)), rest))
            }
            b':' | b'b' | b't' | b'T' => {
                let rest = skip_blanks(rest);
                let end = rest.iter().position(|byte| SEPARATORS.contains(byte)).unwrap_or(rest.len());
                let label = (end > 0).then(|| BString::from(&rest[..end]));
                let action = match letter {
                    b':' => Action::Label(label),
                    b'b' => Action::Branch(label),
                    b't' => Action::BranchIf(label),
                    _ => Action::BranchUnless(label),
                };
                Ok((action, &rest[end..]))
            }
            b'y' => translation(rest),
            b'd' | b'D' | b'g' | b'G' | b'h' | b'H' | b'l' | b'n' | b'N' | b'p' | b'P' | b'q' | b'x'
            | b'=' | b'{' | b'}' => Ok((Action::Plain(letter), rest)),
            _ => Err(bytes!("unsupported command {}", [letter])),
        }
    }

    /// The index of an output file; a name is opened once.
    fn file(&mut self, name: BString) -> usize {
        let files = &mut self.script.files;
        files.iter().position(|known| *known == name).unwrap_or_else(|| {
            files.push(name);
            files.len() - 1
        })
    }

    fn substitution<'t>(&mut self, text: &'t [u8]) -> Result<(Action, &'t [u8]), BString> {
        let (pattern, replacement, mut rest) = two_parts(text)?;
        let mut substitution = Substitution {
            regex: None,
            replacement: pieces(&replacement),
            which: 1,
            print: false,
            write: None,
        };
        let mut icase = false;
        let anchored = pattern.first() == Some(&b'^');
        while let Some(&flag) = rest.first() {
            match flag {
                b'0'..=b'9' => {
                    let (which, after) = number(rest);
                    if !anchored {
                        substitution.which = which;
                    }
                    rest = after;
                    continue;
                }
                b'g' => substitution.which = 0,
                b'p' => substitution.print = true,
                b'i' | b'I' => icase = true,
                b'w' => {
                    let (name, after) = file_argument(&rest[1..])?;
                    substitution.write = Some(self.file(name));
                    rest = after;
                    continue;
                }
                b';' | b'}' | b'#' => break,
                flag if flag.is_ascii_whitespace() => {}
                _ => return Err("bad option in substitution expression".into()),
            }
            rest = &rest[1..];
        }
        substitution.regex = self.regex(&pattern, icase)?;
        Ok((Action::Substitute(Box::new(substitution)), rest))
    }
}

fn skip_blanks_in_line(text: &[u8]) -> &[u8] {
    text.trim_start_with(|c| c == ' ' || c == '\t')
}

fn number(text: &[u8]) -> (u64, &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let value = text[..digits].to_str().ok().and_then(|digits| digits.parse().ok()).unwrap_or(u64::MAX);
    (value, &text[digits..])
}

/// The text of `a`, `i` and `c`: up to the end, after blanks and one backslash or newline.
fn text_argument(text: &[u8]) -> BString {
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'\n' || byte == b'\\' {
            rest = after;
            break;
        }
        if !byte.is_ascii_whitespace() {
            break;
        }
        rest = after;
    }
    let mut out = BString::default();
    let mut bytes = controls(rest).to_vec().into_iter();
    while let Some(byte) = bytes.next() {
        out.extend(if byte == b'\\' { bytes.next() } else { Some(byte) });
    }
    out
}

fn file_argument(text: &[u8]) -> Result<(BString, &[u8]), BString> {
    let text = skip_blanks(text);
    let end = text.find_byteset(b"\n\r").unwrap_or(text.len());
    if end == 0 {
        return Err("empty filename".into());
    }
    Ok((BString::from(&text[..end]), &text[end..]))
}

/// `/one/two/`: both parts, and what follows.
fn two_parts(text: &[u8]) -> Result<(BString, BString, &[u8]), BString> {
    let Some((&delimiter, text)) = text.split_first() else {
        return Err("bad option in substitution expression".into());
    };
    let first = length(text, delimiter, true).ok_or_else(|| unmatched(delimiter))?;
    let rest = &text[first + 1..];
    let second = length(rest, delimiter, false).ok_or_else(|| unmatched(delimiter))?;
    let pattern = unescape(&controls(&text[..first]), delimiter, delimiter);
    let replacement = controls(&rest[..second]);
    // A digit that delimits stands for itself, not for a group.
    let replacement =
        if delimiter.is_ascii_digit() { unescape(&replacement, delimiter, delimiter) } else { replacement };
    Ok((pattern, replacement, &rest[second + 1..]))
}

fn translation(text: &[u8]) -> Result<(Action, &[u8]), BString> {
    let (from, to, rest) = two_parts(text)?;
    let mut table: Box<[u8; 256]> = Box::new(std::array::from_fn(|byte| byte as u8));
    let plain = |text: &BString| unescape(text, b'\\', b'\\');
    let mut pairs = plain(&from).to_vec();
    pairs.truncate(to.len());
    for (from, to) in pairs.into_iter().zip(plain(&to).iter()) {
        table[usize::from(from)] = *to;
    }
    Ok((Action::Translate(table), rest))
}

/// Splits a replacement at `&` and `\0` to `\9`; other escapes are the character.
fn pieces(text: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = BString::default();
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        let group = match byte {
            b'&' => Some(0),
            b'\\' => match bytes.next() {
                Some(digit @ b'0'..=b'9') => Some(usize::from(digit - b'0')),
                next => {
                    plain.extend(next);
                    None
                }
            },
            _ => {
                plain.push(byte);
                None
            }
        };
        if let Some(group) = group {
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Group(group));
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}
