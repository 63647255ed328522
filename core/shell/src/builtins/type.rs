//! `type`, and what `command -v` says.

use bstr::BString;
use kernel::Process;

use super::{Done, status};
use crate::exec::Machine;
use crate::exec::executable;
use crate::lex::is_keyword;
use crate::quote::single_quoted;

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    // One option is passed over, whatever it is, and asks for what `command -v` says.
    let is_short = args.get(1).is_some_and(|option| option.starts_with(b"-"));
    let names = &args[1 + usize::from(is_short)..];
    let mut failed = 0;
    for name in names {
        failed |= describe(m, p, name, !is_short, None);
    }
    status(failed)
}

/// Says what a name is, in a sentence or so that it can be used; gives the status.
pub(super) fn describe(
    m: &mut Machine,
    p: &mut Process,
    name: &BString,
    verbose: bool,
    path: Option<&[u8]>,
) -> u8 {
    let mut line = if verbose { name.clone() } else { BString::default() };
    let mut say = |text: &str, bare: &[u8]| {
        line.extend_from_slice(if verbose { text.as_bytes() } else { bare });
    };
    if is_keyword(name) {
        say(" is a shell keyword", name);
    } else if let Some(text) = m.state.aliases.get(name) {
        line = alias_line(name, text, verbose);
    } else if m.state.functions.contains_key(name) {
        say(" is a function", name);
    } else if let Some(builtin) = super::find(name) {
        let kind = if builtin.special { " is a special shell builtin" } else { " is a shell builtin" };
        say(kind, name);
    } else {
        let remembered = m.remembered(name).filter(|_| path.is_none()).cloned();
        let found = remembered.map_or_else(|| m.search(p, name, path), Ok);
        let path = match found {
            Ok(found) if path.is_none() && m.remembered(name) == Some(&found) => found,
            // With a slash, anything that is there is described.
            Ok(path) if name.contains(&b'/') && p.stat(&path).is_ok() => path,
            Ok(path) if executable(p, &path).is_ok() => path,
            _ => {
                if verbose {
                    line.extend_from_slice(b": not found\n");
                    m.out.extend_from_slice(&line);
                }
                return 127;
            }
        };
        if verbose {
            line.extend_from_slice(b" is ");
        }
        line.extend_from_slice(&path);
    }
    line.push(b'\n');
    m.out.extend_from_slice(&line);
    0
}

fn alias_line(name: &BString, text: &BString, verbose: bool) -> BString {
    let mut line = BString::default();
    if verbose {
        line.extend_from_slice(name);
        line.extend_from_slice(b" is an alias for ");
        line.extend_from_slice(text);
        return line;
    }
    line.extend_from_slice(b"alias ");
    line.extend_from_slice(name);
    line.push(b'=');
    line.extend_from_slice(&single_quoted(text));
    line
}
