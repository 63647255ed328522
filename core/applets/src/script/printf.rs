use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use super::echo::unescape;
use crate::frame::cformat::{Spec, WIDEST};
use crate::frame::escape::escape;
use crate::frame::table::Ended;
use crate::frame::{say, usage};

pub(crate) const USAGE: &str = "FORMAT [ARG]...

Print the ARGs as FORMAT tells, with C's conversions";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let args = p.args()[1..].to_vec();
    let args = if args.first().is_some_and(|arg| arg == "--") { &args[1..] } else { &args[..] };
    let Some((template, values)) = args.split_first() else {
        return Err(usage::misuse(p, USAGE, 1).await);
    };
    let mut status = 0;
    for piece in format(template.as_bstr(), values) {
        match piece {
            Piece::Text(text) => say::print(p, &text).await?,
            Piece::Error(message) => {
                say::error(p, message).await;
                status = 1;
            }
        }
    }
    Ok(Exit(status))
}

/// A piece of what printf does, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Goes to standard output.
    Text(BString),
    /// A message for standard error, without the command's name; the status becomes 1.
    Error(BString),
}

/// How many bytes one printf may produce: it repeats its format for as many arguments as there are.
const LONGEST: usize = 64 * 1024 * 1024;

/// Formats for the applet and the shell's builtin. The format is used again while arguments are left.
pub fn format(template: &BStr, values: &[BString]) -> Vec<Piece> {
    let mut run = Run { values, taken: 0, pieces: Vec::new(), text: BString::default() };
    loop {
        let before = run.taken;
        let ended = run.pass(template).is_break();
        if ended || run.taken == before || run.taken >= values.len() || run.text.len() > LONGEST {
            break;
        }
    }
    run.flush();
    run.pieces
}

type Flow = std::ops::ControlFlow<()>;

struct Run<'a> {
    values: &'a [BString],
    taken: usize,
    pieces: Vec<Piece>,
    text: BString,
}

impl Run<'_> {
    fn pass(&mut self, template: &BStr) -> Flow {
        let mut rest = template.as_bytes();
        while let Some((&byte, after)) = rest.split_first() {
            rest = match byte {
                b'\\' if after.first() == Some(&b'c') => return Flow::Break(()),
                b'\\' => match escape(after) {
                    Some((byte, taken)) => {
                        self.text.push(byte);
                        &after[taken..]
                    }
                    None => {
                        self.text.push(b'\\');
                        after
                    }
                },
                b'%' if after.first() == Some(&b'%') => {
                    self.text.push(b'%');
                    &after[1..]
                }
                b'%' => match self.conversion(after) {
                    Some(Some(taken)) => &after[taken..],
                    Some(None) => return Flow::Break(()),
                    None => {
                        self.error(bytes!("{}: invalid format", without_length(rest)));
                        return Flow::Break(());
                    }
                },
                _ => {
                    self.text.push(byte);
                    after
                }
            };
        }
        Flow::Continue(())
    }

    /// One conversion, after its `%`: how many bytes it took. `None`: not a conversion; `Some(None)`: `\c` ended all.
    fn conversion(&mut self, text: &[u8]) -> Option<Option<usize>> {
        let mut spec = Spec::default();
        let mut at = 0;
        while let Some(flag) = text.get(at).filter(|byte| b"-+ #0".contains(byte)) {
            match flag {
                b'-' => spec.left = true,
                b'+' => spec.plus = true,
                b' ' => spec.space = true,
                b'#' => spec.alternate = true,
                _ => spec.zero = true,
            }
            at += 1;
        }
        if let Some(width) = self.count(text, &mut at) {
            spec.left |= width < 0;
            spec.width = usize::try_from(width.unsigned_abs()).unwrap_or(WIDEST);
        }
        if text.get(at) == Some(&b'.') {
            at += 1;
            let precision = self.count(text, &mut at).unwrap_or(0);
            spec.precision = usize::try_from(precision).ok();
        }
        while text.get(at).is_some_and(|byte| b"hlLz".contains(byte)) {
            at += 1;
        }
        let conversion = char::from(*text.get(at)?);
        at += 1;
        match conversion {
            'c' => {
                let byte = self.value().first().copied();
                // busybox prints the NUL of an empty argument.
                self.text.extend_from_slice(&spec.byte(byte.unwrap_or(0)));
            }
            's' => {
                let text = spec.string(&self.value());
                self.text.extend_from_slice(&text);
            }
            'b' if at == 1 => {
                let mut text = BString::default();
                let goes_on = unescape(&self.value(), &mut text);
                self.text.extend_from_slice(&text);
                if !goes_on {
                    return Some(None);
                }
            }
            'd' | 'i' => {
                let value = self.number(signed);
                self.text.extend_from_slice(&spec.signed(value));
            }
            'u' => {
                let value = self.number(unsigned);
                self.text.extend_from_slice(&spec.unsigned(value));
            }
            'o' | 'x' | 'X' => {
                let value = self.number(unsigned);
                self.text.extend_from_slice(&spec.radix(conversion, value));
            }
            'e' | 'f' | 'g' | 'E' | 'G' => {
                let value = self.number(float);
                self.text.extend_from_slice(&spec.float(conversion, value));
            }
            _ => return None,
        }
        Some(Some(at))
    }

    /// A width or precision: digits, or `*` for the next argument.
    fn count(&mut self, text: &[u8], at: &mut usize) -> Option<i64> {
        if text.get(*at) == Some(&b'*') {
            *at += 1;
            return Some(self.number(signed));
        }
        let digits = text[*at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = text[*at..*at + digits].to_str().ok()?.parse().ok();
        *at += digits;
        number.or((digits > 0).then_some(i64::MAX))
    }

    fn value(&mut self) -> BString {
        let value = self.values.get(self.taken).cloned().unwrap_or_default();
        self.taken += 1;
        value
    }

    fn number<N>(&mut self, read: fn(&BStr) -> Result<N, N>) -> N {
        let value = self.value();
        read(value.as_bstr()).unwrap_or_else(|guess| {
            self.error(bytes!("invalid number '{}'", value.trim_ascii_start().as_bstr()));
            guess
        })
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }

    fn error(&mut self, message: BString) {
        self.flush();
        self.pieces.push(Piece::Error(message));
    }
}

/// busybox names the format from the `%` on, up to its end; it has taken the length letters out.
fn without_length(rest: &[u8]) -> BString {
    let head = rest.iter().position(|byte| b"hlLz".contains(byte));
    let before = rest.iter().take_while(|byte| b"%-+ #0123456789.*".contains(byte)).count();
    match head {
        Some(at) if at == before => {
            let lengths = rest[at..].iter().take_while(|byte| b"hlLz".contains(byte)).count();
            [&rest[..at], &rest[at + lengths..]].concat().into()
        }
        _ => rest.into(),
    }
}

/// `'c`: the value of a character.
fn quoted(text: &BStr) -> Option<u8> {
    matches!(text.first(), Some(b'\'' | b'"')).then(|| text.get(1).copied().unwrap_or(0))
}

/// C's strtoll with base 0, to the end of the text.
fn magnitude(text: &[u8]) -> Option<u64> {
    let (digits, radix) = match text {
        [b'0', b'x' | b'X', digits @ ..] => (digits, 16),
        [b'0', digits @ ..] if !digits.is_empty() => (digits, 8),
        digits => (digits, 10),
    };
    let digits = digits.to_str().ok().filter(|digits| !digits.starts_with('+'))?;
    u64::from_str_radix(digits, radix).ok()
}

fn signed(text: &BStr) -> Result<i64, i64> {
    if let Some(byte) = quoted(text) {
        return Ok(i64::from(byte));
    }
    let text = text.trim_ascii_start();
    let value = match text.strip_prefix(b"-") {
        Some(rest) => magnitude(rest).and_then(|value| 0i64.checked_sub_unsigned(value)),
        None => {
            magnitude(text.strip_prefix(b"+").unwrap_or(text)).and_then(|value| i64::try_from(value).ok())
        }
    };
    value.ok_or(0)
}

fn unsigned(text: &BStr) -> Result<u64, u64> {
    if let Some(byte) = quoted(text) {
        return Ok(u64::from(byte));
    }
    let text = text.trim_ascii_start();
    let value = match text.strip_prefix(b"-") {
        Some(rest) => magnitude(rest).map(u64::wrapping_neg),
        None => magnitude(text.strip_prefix(b"+").unwrap_or(text)),
    };
    value.ok_or(0)
}

fn float(text: &BStr) -> Result<f64, f64> {
    if let Some(byte) = quoted(text) {
        return Ok(f64::from(byte));
    }
    let value: f64 = text.trim_ascii().to_str().ok().and_then(|text| text.parse().ok()).ok_or(0.0)?;
    let spelled = text.trim_ascii().first().is_some_and(|byte| byte.eq_ignore_ascii_case(&b'i'));
    if value.is_infinite() && !spelled { Err(value) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printf(args: &[&str]) -> String {
        let values: Vec<BString> = args[1..].iter().map(|arg| BString::from(*arg)).collect();
        let pieces = format(args[0].into(), &values);
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.to_string(),
                Piece::Error(message) => format!("<{message}>"),
            })
            .collect()
    }

    #[test]
    fn conversions() {
        assert_eq!(
            printf(&["%d|%s|%5d|%-5d|%05d|%+d|% d\n", "3x", "y", "5", "5", "5", "5", "5"]),
            "<invalid number '3x'>0|y|    5|5    |00005|+5| 5\n"
        );
        assert_eq!(
            printf(&["%x %X %o %#x %#o %u %i", "255", "255", "8", "255", "8", "-1", "0x1f"]),
            "ff FF 10 0xff 010 18446744073709551615 31"
        );
        assert_eq!(
            printf(&["%5.2s|%*d|%-*s|%.*f", "abc", "5", "3", "4", "a", "2", "3.14159"]),
            "   ab|    3|a   |3.14"
        );
        assert_eq!(printf(&["%d,", "'a", "\"b", "010", "0x10", "-3", "+4"]), "97,98,8,16,-3,4,");
        assert_eq!(printf(&["%f,", "inf", "nan", "1e400"]), "inf,nan,<invalid number '1e400'>inf,");
    }

    #[test]
    fn the_format_repeats_and_ends() {
        assert_eq!(printf(&["%s %s\n", "a", "b", "c"]), "a b\nc \n");
        assert_eq!(printf(&["x\n", "a", "b"]), "x\n");
        assert_eq!(printf(&["%b|\n", r"a\tb\0101\c", "zz"]), "a\tbA");
        assert_eq!(printf(&["a\\x41\\101\\0101\\u00e9\\c b\n"]), "aAA\u{8}1\\u00e9");
        assert_eq!(printf(&["%q\n", "abc"]), "<%q\n: invalid format>");
        assert_eq!(printf(&["%%|%5%|"]), "%|<%5%|: invalid format>");
    }
}
