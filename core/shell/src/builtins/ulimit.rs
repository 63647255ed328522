//! `ulimit`.

use bstr::{BString, ByteSlice};
use kernel::{Process, Resource, Rlimit};

use super::{Done, status};
use crate::exec::Machine;

/// A limit: its letter, what it limits, how far a unit is shifted, and its name with unit as `-a` shows it.
type Row = (u8, Resource, u32, &'static str);

const TABLE: &[Row] = &[
    (b'c', Resource::Core, 9, "core file size (blocks)"),
    (b'd', Resource::Data, 10, "data seg size (kb)"),
    (b'e', Resource::Nice, 0, "scheduling priority"),
    (b'f', Resource::FileSize, 9, "file size (blocks)"),
    (b'i', Resource::Pending, 0, "pending signals"),
    (b'l', Resource::Locked, 10, "max locked memory (kb)"),
    (b'm', Resource::Resident, 10, "max memory size (kb)"),
    (b'n', Resource::Files, 0, "open files"),
    (b'q', Resource::Queues, 0, "POSIX message queues (bytes)"),
    (b'r', Resource::RealTime, 0, "real-time priority"),
    (b's', Resource::Stack, 10, "stack size (kb)"),
    (b't', Resource::Cpu, 0, "cpu time (seconds)"),
    (b'u', Resource::Processes, 0, "max user processes"),
    (b'v', Resource::AddressSpace, 10, "virtual memory (kb)"),
    (b'x', Resource::FileLocks, 0, "file locks"),
];

/// What the words ask for.
#[derive(Default)]
struct Asked {
    hard: bool,
    soft: bool,
    all: bool,
    /// Each limit, with the value that it is to have.
    limits: Vec<(&'static Row, Option<BString>)>,
}

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let asked = match parse(&args[1..]) {
        Ok(asked) => asked,
        Err(letter) => {
            let text = format!("ulimit: unrecognized option: {}\n", char::from(letter));
            m.err.extend_from_slice(text.as_bytes());
            return status(1);
        }
    };
    if asked.all {
        TABLE.iter().for_each(|row| show(m, p, row, asked.hard, true));
        return status(0);
    }
    let named = asked.limits.len() > 1;
    for (row, value) in &asked.limits {
        match value {
            None => show(m, p, row, asked.hard, named),
            Some(value) => {
                if let Err(message) = set(p, row, value, &asked) {
                    m.complain_as_applet(message);
                    return status(1);
                }
            }
        }
    }
    status(0)
}

/// The words; a letter that is none is the error. A word that is no option is the value of the limit before it, or
/// one of `-f`.
fn parse(words: &[BString]) -> Result<Asked, u8> {
    let mut asked = Asked::default();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let Some(mut letters) = word.strip_prefix(b"-").filter(|letters| !letters.is_empty()) else {
            asked.limits.push((row(b'f')?, Some(word.clone())));
            continue;
        };
        while let Some((letter, rest)) = letters.split_first() {
            letters = rest;
            match letter {
                b'H' => asked.hard = true,
                b'S' => asked.soft = true,
                b'a' => asked.all = true,
                _ => {
                    let attached = (!rest.is_empty()).then(|| BString::from(rest));
                    let value = attached.or_else(|| words.next_if(|word| !word.starts_with(b"-")).cloned());
                    asked.limits.push((row(*letter)?, value));
                    letters = b"";
                }
            }
        }
    }
    if asked.limits.is_empty() {
        asked.limits.push((row(b'f')?, None));
    }
    Ok(asked)
}

fn row(letter: u8) -> Result<&'static Row, u8> {
    TABLE.iter().find(|row| row.0 == letter).ok_or(letter)
}

fn show(m: &mut Machine, p: &Process, row: &Row, hard: bool, named: bool) {
    let limit = p.rlimit(row.1);
    let value = match if hard { limit.hard } else { limit.soft } {
        Rlimit::UNLIMITED => "unlimited".to_owned(),
        value => (value >> row.2).to_string(),
    };
    let line = match named {
        true => format!("{:<32}(-{}) {value}\n", row.3, char::from(row.0)),
        false => format!("{value}\n"),
    };
    m.out.extend_from_slice(line.as_bytes());
}

/// Without `-H` and `-S` both values are set.
fn set(p: &mut Process, row: &Row, value: &BString, asked: &Asked) -> Result<(), BString> {
    let value = if value == "unlimited" {
        Rlimit::UNLIMITED
    } else {
        let number = value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let Some(number) = number.and_then(|text| text.parse::<u64>().ok()) else {
            return Err([b"invalid number '", value.as_slice(), b"'"].concat().into());
        };
        number << row.2
    };
    let mut limit = p.rlimit(row.1);
    let both = !asked.hard && !asked.soft;
    if asked.hard || both {
        limit.hard = value;
    }
    if asked.soft || both {
        limit.soft = value;
    }
    p.set_rlimit(row.1, limit).map_err(|errno| format!("error setting limit: {errno}").into())
}
