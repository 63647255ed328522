//! `command`.

use bstr::BString;
use kernel::Process;

use super::{Done, status, r#type};
use crate::exec::Machine;

/// How many words `command` and its options are when they stand in front of another command; none when `command`
/// is to describe something, or stands alone.
pub(crate) fn command_prefix(words: &[BString]) -> Option<usize> {
    let mut count = 1;
    while let Some(word) = words.get(count) {
        match word.as_slice() {
            b"--" => {
                count += 1;
                break;
            }
            b"-p" => count += 1,
            option if option.len() > 1 && option[0] == b'-' => return None,
            _ => break,
        }
    }
    (count < words.len()).then_some(count)
}

/// `command -v` and `command -V`.
pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let mut letters = super::options::Letters::new(args, b"pvV");
    let mut verbose = None;
    while let Some((letter, _)) = letters.next(m)? {
        if letter != b'p' {
            verbose = Some(letter == b'V');
        }
    }
    let Some(verbose) = verbose else { return status(0) };
    // ash describes the first name and drops the rest.
    match letters.operands().first() {
        Some(name) => status(r#type::describe(m, p, name, verbose)),
        None => status(0),
    }
}
