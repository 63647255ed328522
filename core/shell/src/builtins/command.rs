//! `command`.

use bstr::BString;
use kernel::Process;

use super::{Done, status, r#type};
use crate::exec::{DEFAULT_PATH, Machine};

/// `command` and its options in front of another command.
pub(crate) struct Prefix {
    /// How many words they are.
    pub(crate) words: usize,
    /// `-p` is among them.
    pub(crate) default_path: bool,
}

/// What stands in front of the command that `command` is to run; none when `command`
/// is to describe something, or stands alone.
pub(crate) fn command_prefix(words: &[BString]) -> Option<Prefix> {
    let (mut count, mut default_path) = (1, false);
    while let Some(word) = words.get(count) {
        match word.as_slice() {
            b"--" => {
                count += 1;
                break;
            }
            b"-p" => {
                count += 1;
                default_path = true;
            }
            option if option.len() > 1 && option[0] == b'-' => return None,
            _ => break,
        }
    }
    (count < words.len()).then_some(Prefix { words: count, default_path })
}

/// `command -v` and `command -V`.
pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let mut letters = super::options::Letters::new(args, b"pvV");
    let (mut verbose, mut path) = (None, None);
    while let Some((letter, _)) = letters.next(m)? {
        match letter {
            b'p' => path = Some(DEFAULT_PATH),
            letter => verbose = Some(letter == b'V'),
        }
    }
    let Some(verbose) = verbose else { return status(0) };
    // ash describes the first name and drops the rest.
    match letters.operands().first() {
        Some(name) => status(r#type::describe(m, p, name, verbose, path)),
        None => status(0),
    }
}
