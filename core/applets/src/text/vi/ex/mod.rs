//! The commands that begin with a colon.

use bstr::{BString, ByteSlice};
use kernel::Process;

use super::registers::Kind;
use super::{Editor, Stop};
use crate::frame::command;

mod address;
mod files;
pub(super) mod set;
mod substitute;

use address::Addresses;

/// A line longer than this is not read on.
const LONGEST: usize = 127;

/// A command with its addresses.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The first and the last line, as far as they were given.
    first: Option<usize>,
    last: Option<usize>,
    /// The places of the lines, or of the current one; for `w` the whole text.
    from: usize,
    to: usize,
    name: Vec<u8>,
    forced: bool,
    words: Vec<u8>,
}

impl Editor {
    /// Reads a line at the bottom that begins with `prompt`; empty when it was rubbed out.
    pub(super) async fn ask(&mut self, p: &mut Process, prompt: &[u8]) -> Result<Vec<u8>, Stop> {
        let mut line = prompt.to_vec();
        self.status.forget();
        self.clear_bottom();
        self.write(&line);
        while line.len() < LONGEST {
            let key = self.key(p).await?;
            if matches!(key, 10 | 13 | 27) {
                break;
            }
            if self.is_backspace(key) {
                line.pop();
                self.clear_bottom();
                self.write(&line);
                if line.is_empty() {
                    break;
                }
            } else if let Some(byte) = u8::try_from(key).ok().filter(|byte| *byte > 0) {
                line.push(byte);
                self.write([byte]);
            }
        }
        self.refresh(false);
        Ok(line)
    }

    /// Does a command.
    pub(super) async fn colon(&mut self, p: &mut Process, typed: &[u8]) -> Result<(), Stop> {
        let text = typed.trim_start_with(|c| c == ':').trim_start_with(|c| matches!(c, ' ' | '\t'));
        if !text.is_empty()
            && !text.starts_with(b"\"")
            && let Some((addresses, rest)) = self.addresses(text)
        {
            self.addressed(p, addresses, &rest).await?;
        }
        if self.dot >= self.text.end() && self.text.end() > 0 {
            self.dot = self.text.last();
            self.mistake();
        }
        Ok(())
    }

    async fn addressed(&mut self, p: &mut Process, given: Addresses, rest: &[u8]) -> Result<(), Stop> {
        let at = rest.iter().position(|byte| super::text::is_space(*byte)).unwrap_or(rest.len());
        let (name, words) = (&rest[..at], rest[at..].trim_start_with(|c| matches!(c, ' ' | '\t')));
        let (name, forced) = match name.strip_suffix(b"!").filter(|name| !name.is_empty()) {
            Some(name) => (name, true),
            None => (name, false),
        };
        let mut line = Line {
            first: given.first,
            last: given.last,
            from: 0,
            to: self.text.last(),
            name: name.to_vec(),
            forced,
            words: words.to_vec(),
        };
        if let Some(last) = line.last {
            let lines = self.text.count_lines(0, self.text.last());
            let first = line.first.unwrap_or(last);
            if last > lines || first > last {
                self.warn("Invalid range");
                return Ok(());
            }
            line.from = self.text.line(first);
            line.to = self.text.end_line(self.text.line(last));
        }
        self.named(p, line, rest).await
    }

    async fn named(&mut self, p: &mut Process, mut line: Line, rest: &[u8]) -> Result<(), Stop> {
        let name = line.name.clone();
        let is = |whole: &str| whole.as_bytes().starts_with(&name);
        if name.is_empty() {
            if line.last.is_some() {
                self.dot = self.text.skip_blanks(line.from.max(self.text.begin_line(line.to)));
            }
        } else if name[0] == b'!' {
            self.shell(p, &rest[1..]).await?;
        } else if name == b"=" {
            let number = line.last.unwrap_or_else(|| self.text.count_lines(0, self.dot));
            self.say(number.to_string());
        } else if is("delete") {
            self.current_line(&mut line);
            self.dot = self.yank_delete(line.from, line.to, Kind::Lines, true);
            self.dot = self.text.skip_blanks(self.dot);
        } else if is("edit") {
            self.edit(p, &line).await?;
        } else if is("file") {
            self.name_file(&line);
        } else if is("features") {
            self.list_features(p).await?;
        } else if is("list") {
            self.current_line(&mut line);
            self.list(p, line.from, line.to).await?;
        } else if is("quit") || is("next") || is("prev") {
            self.other_file(&line);
        } else if is("read") {
            self.read(p, &line).await?;
        } else if is("rewind") {
            self.rewind(&line);
        } else if is("set") {
            self.set(&line.words);
        } else if name[0] == b's' {
            self.substitute(&mut line, rest);
        } else if is("version") {
            self.say("1.36.1");
        } else if is("write") || [&b"wq"[..], b"wn", b"x"].contains(&&name[..]) {
            self.write_file(p, &line).await?;
        } else if is("yank") {
            self.current_line(&mut line);
            self.yank(line.from, line.to, self.registers.named, Kind::Lines);
            let lines = self.text.count_lines(line.from, line.to);
            let (bytes, name) = (line.to + 1 - line.from, self.registers.name());
            self.say(format!("Yank {lines} lines ({bytes} chars) into [{name}]"));
        } else {
            self.lacks(&name);
        }
        Ok(())
    }

    /// A command without an address means the line that the dot is in.
    fn current_line(&self, line: &mut Line) {
        if line.last.is_none() {
            line.from = self.text.begin_line(self.dot);
            line.to = self.text.end_line(self.dot);
        }
    }

    /// `:!`
    async fn shell(&mut self, p: &mut Process, words: &[u8]) -> Result<(), Stop> {
        let Some(words) = self.expanded(words) else { return Ok(()) };
        self.clear_bottom();
        self.show(p).await?;
        self.restore_terminal(p);
        let argv = ["/bin/sh".into(), "-c".into(), words];
        let status = command::run(p, &argv).await.map_or(127 << 8, wait_status);
        if status != 0 {
            self.write(format!("\nshell returned {status}\n\n"));
        }
        self.show(p).await?;
        self.take_terminal(p);
        self.hit_return(p).await
    }

    async fn list_features(&mut self, p: &mut Process) -> Result<(), Stop> {
        self.clear_bottom();
        self.show(p).await?;
        self.restore_terminal(p);
        self.write(super::FEATURES);
        self.show(p).await?;
        self.take_terminal(p);
        self.hit_return(p).await
    }

    /// `:list`: the lines with what is not seen otherwise.
    async fn list(&mut self, p: &mut Process, from: usize, to: usize) -> Result<(), Stop> {
        self.clear_bottom();
        self.write("\r\r\n");
        for place in from..=to.min(self.text.last()) {
            match self.text.at(place) {
                b'\n' => self.write("$\r\r\n"),
                0x7f => self.write("^?"),
                byte @ 0..=0x1f => self.write([b'^', byte + b'@']),
                0x80.. => self.write("\x1b[7m.\x1b[m"),
                byte => self.write([byte]),
            }
        }
        self.hit_return(p).await
    }

    /// `%` is the file, `#` the one before, unless a backslash is in front of it.
    fn expanded(&mut self, words: &[u8]) -> Option<BString> {
        let mut result = BString::default();
        let mut bytes = words.iter().copied();
        while let Some(byte) = bytes.next() {
            let name = match byte {
                b'%' => &self.file,
                b'#' => &self.other,
                b'\\' => {
                    result.extend(bytes.next());
                    continue;
                }
                byte => {
                    result.push(byte);
                    continue;
                }
            };
            match name {
                Some(name) => result.extend_from_slice(name),
                None => {
                    self.warn(if byte == b'%' { "No current filename" } else { "No previous filename" });
                    return None;
                }
            }
        }
        Some(result)
    }
}

/// As wait(2) reports it.
fn wait_status(status: kernel::ExitStatus) -> u32 {
    match status {
        kernel::ExitStatus::Signaled(signal) => u32::from(signal.number()),
        other => u32::from(other.code()) << 8,
    }
}
