//! `getopts`.

use bstr::BString;
use kernel::Process;

use super::{Done, status};
use crate::exec::{Machine, Raise};
use crate::parse::is_name;

/// What one call found.
struct Found {
    letter: BString,
    argument: Option<BString>,
}

pub(super) fn run(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    let (Some(options), Some(variable)) = (args.get(1), args.get(2)) else {
        return Err(m.raise("usage: getopts optstring var [arg]"));
    };
    let words = if args.len() > 3 { args[3..].to_vec() } else { m.state.params.to_vec() };
    let found = next(m, options, &words);
    let place = m.state.getopts;
    m.assign(b"OPTIND", place.index.to_string())?;
    m.state.getopts = place;
    match found {
        Some(found) => {
            match found.argument {
                Some(argument) => m.assign(b"OPTARG", argument)?,
                None if found.letter == "?" => unset_argument(m)?,
                None => m.assign(b"OPTARG", "")?,
            }
            assign(m, variable, &found.letter)?;
            status(0)
        }
        None => {
            unset_argument(m)?;
            assign(m, variable, b"?")?;
            status(1)
        }
    }
}

/// Sets the variable that the call names, whose name is looked at last.
fn assign(m: &mut Machine, variable: &[u8], letter: &[u8]) -> Result<(), Raise> {
    if !is_name(variable) {
        return Err(m.raise_about(variable, "bad variable name"));
    }
    m.assign(variable, letter)
}

fn unset_argument(m: &mut Machine) -> Result<(), Raise> {
    m.state.vars.unset(b"OPTARG").map_err(|refusal| m.read_only(refusal))
}

/// Takes the next letter; none at the end of the options.
fn next(m: &mut Machine, options: &[u8], words: &[BString]) -> Option<Found> {
    let index = m.state.getopts.index;
    let silent = options.first() == Some(&b':');
    // Within a group of letters, the index is that of the next word already.
    let current = index.checked_sub(2).and_then(|at| words.get(at));
    let (word, offset) = match (current, m.state.getopts.offset) {
        (Some(word), Some(offset)) if offset < word.len() => (word, offset),
        _ => {
            let word = words.get(index - 1)?;
            if word.len() < 2 || word[0] != b'-' {
                return None;
            }
            m.state.getopts.index += 1;
            if word == "--" {
                return None;
            }
            (word, 1)
        }
    };
    let letter = word[offset];
    let ended = offset + 1 == word.len();
    m.state.getopts.offset = (!ended).then_some(offset + 1);
    let known = options.iter().position(|known| *known == letter).filter(|_| letter != b':');
    let Some(at) = known else {
        return Some(complaint(m, silent, letter, b"?", format!("Illegal option -{}\n", char::from(letter))));
    };
    let mut found = Found { letter: BString::from(vec![letter]), argument: None };
    if options.get(at + 1) == Some(&b':') {
        let argument = if ended {
            words.get(m.state.getopts.index - 1).cloned()
        } else {
            Some(word[offset + 1..].into())
        };
        let Some(argument) = argument else {
            let text = format!("No arg for -{} option\n", char::from(letter));
            return Some(complaint(m, silent, letter, b":", text));
        };
        m.state.getopts.index += usize::from(ended);
        m.state.getopts.offset = None;
        found.argument = Some(argument);
    }
    Some(found)
}

/// A bad option: told in the variables when the option string begins with a colon, else printed.
fn complaint(m: &mut Machine, silent: bool, letter: u8, silent_letter: &[u8], text: String) -> Found {
    if silent {
        return Found { letter: silent_letter.into(), argument: Some(BString::from(vec![letter])) };
    }
    if m.state.vars.get(b"OPTERR").is_none_or(|value| value != "0") {
        m.err.extend_from_slice(text.as_bytes());
    }
    Found { letter: "?".into(), argument: None }
}
