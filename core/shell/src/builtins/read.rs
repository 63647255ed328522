//! `read`.

use std::time::Duration;

use bstr::{BString, ByteSlice};
use kernel::{Fd, LocalBoxFuture, Process, TermSettings};
use vfs::Errno;

use super::options::Letters;
use super::{Done, status};
use crate::exec::{Machine, Raise};
use crate::parse::is_name;
use crate::state::Ifs;

#[derive(Default)]
struct Options {
    raw: bool,
    silent: bool,
    prompt: Option<BString>,
    timeout: Option<Duration>,
    count: Option<usize>,
    delimiter: Option<u8>,
    fd: Fd,
}

/// A line with the bytes that a backslash protected.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    protected: Vec<bool>,
}

pub(super) fn run<'f>(
    m: &'f mut Machine,
    p: &'f mut Process,
    args: &'f [BString],
) -> LocalBoxFuture<'f, Done> {
    Box::pin(async move {
        let (options, names) = options(m, args)?;
        for name in names {
            if !is_name(name) {
                m.complain_as_applet(format!("read: '{name}': bad variable name"));
                return status(1);
            }
        }
        if let Some(prompt) = &options.prompt
            && p.isatty(options.fd)
        {
            p.eprint(prompt).await;
        }
        if options.timeout == Some(Duration::ZERO) {
            let is_ready = matches!(p.wait_readable(options.fd, options.timeout).await, Ok(true));
            return status(u8::from(!is_ready));
        }
        let echo = if options.silent { stop_echo(p, options.fd) } else { None };
        let mut line = Line::default();
        let code = read_line(m, p, &options, &mut line).await;
        if let Some(settings) = echo {
            // It was a terminal before.
            let _ = p.set_term_settings(options.fd, settings);
        }
        let Some(code) = code? else { return status(1) };
        assign(m, names, &line)?;
        status(code)
    })
}

fn options<'a>(m: &Machine, args: &'a [BString]) -> Result<(Options, &'a [BString]), Raise> {
    let mut letters = Letters::new(args, b"rsp:t:n:d:u:");
    let mut options = Options::default();
    while let Some((letter, value)) = letters.next(m)? {
        let text = value.unwrap_or_default();
        match letter {
            b'r' => options.raw = true,
            b'p' => options.prompt = Some(text),
            b't' => options.timeout = Some(seconds(&text).ok_or_else(|| m.raise("invalid timeout"))?),
            b'n' => options.count = Some(number(&text).ok_or_else(|| m.raise("invalid count"))?),
            b'd' => options.delimiter = Some(text.first().copied().unwrap_or(0)),
            b'u' => {
                let fd = number(&text).and_then(|fd| Fd::try_from(fd).ok());
                options.fd = fd.ok_or_else(|| m.raise("invalid file descriptor"))?;
            }
            _ => options.silent = true,
        }
    }
    Ok((options, letters.operands()))
}

fn number(text: &[u8]) -> Option<usize> {
    text.to_str().ok()?.parse().ok()
}

fn seconds(text: &[u8]) -> Option<Duration> {
    let seconds: f64 = text.to_str().ok()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// Turns off the echo of a terminal; gives its settings from before.
fn stop_echo(p: &mut Process, fd: Fd) -> Option<TermSettings> {
    let before = p.term_settings(fd).ok()?;
    p.set_term_settings(fd, TermSettings { echo: false, ..before }).ok()?;
    Some(before)
}

/// Reads byte by byte, so that what follows the line stays for others. The status is 1 at the end of the file; none
/// when the time is over.
async fn read_line(
    m: &mut Machine,
    p: &mut Process,
    options: &Options,
    line: &mut Line,
) -> Result<Option<u8>, Raise> {
    let deadline = options.timeout.map(|timeout| p.now() + timeout);
    let delimiter = options.delimiter.unwrap_or(b'\n');
    let (mut escaped, mut taken) = (false, 0);
    loop {
        // Backslashes count; a count of 0 is none.
        if options.count.is_some_and(|count| count > 0 && taken >= count) {
            return Ok(Some(0));
        }
        if let Some(deadline) = deadline {
            let left = deadline.since(p.now());
            if !matches!(p.wait_readable(options.fd, Some(left)).await, Ok(true)) {
                return Ok(None);
            }
        }
        let byte = match p.read(options.fd, 1).await {
            Ok(bytes) => bytes.first().copied(),
            Err(Errno::EINTR) => {
                m.hold_signals(p);
                match m.held_signals.first() {
                    Some(signal) => return Ok(Some(128 + signal.number())),
                    None => continue,
                }
            }
            Err(errno) => {
                if errno != Errno::EBADF {
                    m.complain(format!("read error: {errno}"));
                }
                None
            }
        };
        let Some(byte) = byte else { return Ok(Some(1)) };
        taken += 1;
        if escaped {
            escaped = false;
            if byte != b'\n' {
                line.push(byte, true);
            }
        } else if byte == b'\\' && !options.raw {
            escaped = true;
        } else if byte == delimiter {
            return Ok(Some(0));
        } else if byte != 0 {
            line.push(byte, false);
        }
    }
}

impl Line {
    fn push(&mut self, byte: u8, protected: bool) {
        self.bytes.push(byte);
        self.protected.push(protected);
    }

    fn is(&self, at: usize, test: impl Fn(u8) -> bool) -> bool {
        at < self.bytes.len() && !self.protected[at] && test(self.bytes[at])
    }
}

/// What of a separator may still be passed over before the next field begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing.
    Over,
    /// White space.
    Blanks,
    /// White space, and one other separator.
    Separator,
}

/// Divides the line among the variables; the last one gets the rest. Without names, `REPLY` gets it all.
///
/// As in ash, a protected byte begins a field without ending the gap before it: blanks after it are still passed over.
fn assign(m: &mut Machine, names: &[BString], line: &Line) -> Result<(), Raise> {
    let Some((last, before)) = names.split_last() else {
        return m.assign(b"REPLY", &line.bytes);
    };
    let ifs = m.ifs();
    let mut before = before.iter();
    let mut name = before.next();
    let (mut field, mut gap) = (Line::default(), Gap::Blanks);
    for (&byte, &protected) in line.bytes.iter().zip(&line.protected) {
        let divides = !protected && ifs.contains(byte);
        if divides && gap != Gap::Over {
            if ifs.is_space(byte) {
                continue;
            }
            if gap == Gap::Separator {
                gap = Gap::Blanks;
                continue;
            }
        }
        if !protected {
            gap = Gap::Over;
        }
        match name {
            Some(variable) if divides => {
                m.assign(variable, &field.bytes)?;
                field = Line::default();
                name = before.next();
                gap = if ifs.is_space(byte) { Gap::Separator } else { Gap::Blanks };
            }
            _ => field.push(byte, protected),
        }
    }
    let end = match name {
        None => rest_end(&field, &ifs, 0),
        Some(_) => without_spaces(&field, &ifs, 0),
    };
    let mut value = &field.bytes[..end];
    for variable in name.into_iter().chain(before) {
        m.assign(variable, value)?;
        value = b"";
    }
    m.assign(last, value)
}

/// The end of a line without its white space, be it protected or not.
fn without_spaces(line: &Line, ifs: &Ifs, start: usize) -> usize {
    let mut end = line.bytes.len();
    while end > start && ifs.is_space(line.bytes[end - 1]) {
        end -= 1;
    }
    end
}

fn skip_spaces(line: &Line, ifs: &Ifs, mut at: usize) -> usize {
    while line.is(at, |byte| ifs.is_space(byte)) {
        at += 1;
    }
    at
}

/// White space, at most one other separator, white space.
fn skip_separator(line: &Line, ifs: &Ifs, at: usize) -> usize {
    let at = skip_spaces(line, ifs, at);
    if line.is(at, |byte| ifs.contains(byte)) {
        return skip_spaces(line, ifs, at + 1);
    }
    at
}

/// Where the last variable's value ends: before white space at the end of the line, and before a single separator
/// that ends the only field left.
fn rest_end(line: &Line, ifs: &Ifs, start: usize) -> usize {
    let end = without_spaces(line, ifs, start);
    let first = (start..end).find(|at| line.is(*at, |byte| ifs.contains(byte)));
    if let Some(first) = first
        && skip_separator(line, ifs, first) >= end
    {
        return first;
    }
    end
}
