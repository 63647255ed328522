//! What goes to the terminal.

use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};
use pattern::Regex;

use super::{Less, Prompt};
use crate::frame::say;

/// Draws letters light on dark.
fn inverse(text: impl AsRef<[u8]>) -> BString {
    bytes!("\x1b[7m{}\x1b[m", text.as_ref().as_bstr())
}

/// What stands for a byte that no terminal should get.
fn letter(byte: u8) -> Option<u8> {
    match byte {
        b'\t' => None,
        0..0x20 => Some(byte + 0x40),
        0x7f => Some(b'?'),
        0x9b => Some(b'{'),
        _ => None,
    }
}

/// A row as it is; control characters are inverse letters.
fn plain(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while !rest.is_empty() {
        let shown = rest.iter().take_while(|byte| letter(**byte).is_none()).count();
        out.extend_from_slice(&rest[..shown]);
        let letters: Vec<u8> = rest[shown..].iter().map_while(|byte| letter(*byte)).collect();
        if !letters.is_empty() {
            out.extend_from_slice(&inverse(&letters));
        }
        rest = &rest[shown + letters.len()..];
    }
}

/// A row with what is looked for inverse; control characters are dots.
fn found(text: &[u8], regex: &Regex, out: &mut Vec<u8>) {
    let text: Vec<u8> = text.iter().map(|byte| if letter(*byte).is_some() { b'.' } else { *byte }).collect();
    let mut from = 0;
    while let Some((start, end)) = regex.find(&text, from, from > 0).and_then(|captures| captures.get(0)) {
        if end == start {
            let Some(byte) = text.get(start) else { break };
            out.extend_from_slice(&text[from..start]);
            out.push(*byte);
            from = start + 1;
            continue;
        }
        out.extend_from_slice(&text[from..start]);
        out.extend_from_slice(&inverse(&text[start..end]));
        from = end;
    }
    out.extend_from_slice(&text[from..]);
}

impl Less {
    pub(super) fn bottom(&self) -> String {
        format!("\x1b[{};0H\x1b[K", self.height + 1)
    }

    pub(super) async fn write(&self, p: &mut Process, text: impl AsRef<[u8]>) -> Result<(), Exit> {
        say::print(p, text).await?;
        say::flush(p).await
    }

    /// A message in the last line.
    pub(super) async fn tell(&self, p: &mut Process, text: impl AsRef<[u8]>) -> Result<(), Exit> {
        self.write(p, bytes!("{}{}", self.bottom(), inverse(text))).await
    }

    /// Draws rows and the last line. With `-E`, and at first with `-F`, the end is the end.
    pub(super) async fn draw(&mut self, p: &mut Process) -> Result<(), Exit> {
        self.read_for_screen(p).await?;
        let mut out = b"\x1b[0;0H".to_vec();
        for at in self.top..self.top + self.height {
            out.extend_from_slice(b"\x1b[K");
            match self.rows.get(at) {
                Some(row) => {
                    if self.numbers {
                        out.extend_from_slice(format!("{:7} ", row.line + 1).as_bytes());
                    }
                    match &self.search.regex {
                        Some(regex) => found(&row.text, regex, &mut out),
                        None => plain(&row.text, &mut out),
                    }
                }
                None if self.tildes => {
                    let margin = if self.numbers { "        ~" } else { "~" };
                    out.extend_from_slice(margin.as_bytes());
                }
                None => {}
            }
            out.push(b'\n');
        }
        self.write(p, out).await?;
        if self.quits_at_end && self.is_at_end() {
            return Err(self.leave(p).await);
        }
        self.status(p).await
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.ended && self.top + self.height >= self.rows.len()
    }

    /// The last line.
    pub(super) async fn status(&mut self, p: &mut Process) -> Result<(), Exit> {
        let text = match self.prompt {
            Prompt::Long => inverse(self.details()),
            Prompt::Short if self.top == 0 => inverse(self.title()),
            Prompt::Short if self.is_at_end() => inverse("(END)"),
            Prompt::Short => ":".into(),
        };
        self.write(p, bytes!("{}{}", self.bottom(), text)).await
    }

    fn title(&self) -> BString {
        match self.files.len() {
            0 | 1 => self.name.clone(),
            count => bytes!("{} {}", self.name, format!("(file {} of {count})", self.at + 1)),
        }
    }

    /// `NAME lines 1-7/30 23%`.
    pub(super) fn details(&self) -> BString {
        let number =
            |at: usize| self.rows.get(at).map_or(usize::MAX, |row| row.line + 1).min(self.whole_lines());
        let (first, last) = (number(self.top), number(self.top + self.height - 1));
        let mut text = bytes!("{} {}", self.title(), format!("lines {first}-{last}"));
        if !self.ended {
            return text;
        }
        let count = self.whole_lines();
        text.extend_from_slice(format!("/{count} ").as_bytes());
        if !self.is_at_end() {
            text.extend_from_slice(format!("{}%", (100 * last + count / 2) / count.max(1)).as_bytes());
            return text;
        }
        text.extend_from_slice(b"(END)");
        if let Some(next) = self.files.get(self.at + 1) {
            text.extend_from_slice(&bytes!(" - next: {}", next));
        }
        text
    }
}
