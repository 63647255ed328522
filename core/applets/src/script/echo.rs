use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::escape::escape;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let text = format(&p.args()[1..]);
    say::print(p, &text).await?;
    Ok(Exit(0))
}

/// What `echo ARGS` prints, for the applet and the shell's builtin: `-n`, `-e` and `-E` in any bundle; escapes
/// only with `-e`; `\c` ends the output.
pub fn format(args: &[BString]) -> BString {
    let mut newline = true;
    let mut escapes = false;
    let mut rest = args;
    while let Some((first, after)) = rest.split_first() {
        let Some(letters) = first.strip_prefix(b"-").filter(|letters| !letters.is_empty()) else { break };
        if letters.iter().any(|letter| !b"neE".contains(letter)) {
            break;
        }
        for letter in letters {
            match letter {
                b'n' => newline = false,
                letter => escapes = *letter == b'e',
            }
        }
        rest = after;
    }
    let joined = bstr::join(" ", rest);
    let mut text = BString::default();
    if !escapes {
        text = joined.into();
    } else if !unescape(&joined, &mut text) {
        return text;
    }
    if newline {
        text.push(b'\n');
    }
    text
}

/// Appends the text with its escapes replaced; false when `\c` ended it. `\0` takes three more octal digits.
pub(crate) fn unescape(mut rest: &[u8], text: &mut BString) -> bool {
    while let Some(at) = rest.find_byte(b'\\') {
        text.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if rest.first() == Some(&b'c') {
            return false;
        }
        let zero = usize::from(
            rest.first() == Some(&b'0') && rest.get(1).is_some_and(|byte| (b'0'..=b'7').contains(byte)),
        );
        match escape(&rest[zero..]) {
            Some((byte, taken)) => {
                text.push(byte);
                rest = &rest[zero + taken..];
            }
            None => text.push(b'\\'),
        }
    }
    text.extend_from_slice(rest);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echo(args: &[&str]) -> String {
        let args: Vec<BString> = args.iter().map(|arg| BString::from(*arg)).collect();
        format(&args).to_string()
    }

    #[test]
    fn options_and_escapes() {
        assert_eq!(echo(&["-nq", "a"]), "-nq a\n");
        assert_eq!(echo(&["-nE", r"a\n"]), r"a\n");
        assert_eq!(echo(&["-e", r"a\tb\x41\0101\101\c zz"]), "a\tbAAA");
        assert_eq!(echo(&["-e", r"\xg \x4 \08 \8 \"]), "\\xg \u{4} \08 \\8 \\\n");
        assert_eq!(echo(&["-", "a"]), "- a\n");
    }
}
