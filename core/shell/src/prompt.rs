//! Prompts: `PS1`, `PS2`, `PS4`.

use bstr::{BString, ByteSlice};
use kernel::Process;

use crate::exec::{Machine, Raise};
use crate::state::Opt;
use crate::{ast, parse};

impl Machine {
    /// A prompt variable, or `ENV`, expanded; those that are shown for input also have their backslash escapes.
    pub(crate) async fn expand_prompt(&mut self, p: &mut Process, variable: &[u8]) -> Result<BString, Raise> {
        let Some(text) = self.state.vars.get(variable).map(BString::from) else {
            return Ok(BString::default());
        };
        let text = if text.contains(&b'$') || text.contains(&b'`') {
            // `\\$` is an escape of prompts, not of quoting: it must come through expansion unharmed.
            let kept = if variable == b"PS4" { text } else { text.replace(r"\$", r"\\\$").into() };
            let word: ast::Word = parse::parse_prompt(&kept, &self.state.aliases);
            let (status, trace) = (self.state.status, self.state.options.is_on(Opt::XTrace));
            self.state.options.set(Opt::XTrace, false);
            let expanded = self.expand_plain(p, &word).await;
            self.state.options.set(Opt::XTrace, trace);
            self.state.status = status;
            expanded?
        } else {
            text
        };
        if matches!(variable, b"PS4" | b"ENV") {
            return Ok(text);
        }
        let home = match self.state.vars.get(b"HOME").filter(|home| !home.is_empty()) {
            Some(home) => home.into(),
            None if text.contains_str("\\w") || text.contains_str("\\W") => self.own_home(p).await,
            None => BString::default(),
        };
        Ok(self.prompt_escapes(p, &text, &home))
    }

    fn prompt_escapes(&self, p: &mut Process, text: &[u8], home: &[u8]) -> BString {
        let mut out = BString::default();
        let mut bytes = text.iter();
        while let Some(&byte) = bytes.next() {
            if byte != b'\\' {
                out.push(byte);
                continue;
            }
            match bytes.next() {
                Some(b'w') => out.extend_from_slice(&self.short_directory(home)),
                Some(b'W') => {
                    let directory = self.short_directory(home);
                    out.extend_from_slice(
                        directory.rsplit_str("/").next().filter(|name| !name.is_empty()).unwrap_or(b"/"),
                    );
                }
                Some(b'h') => out.extend_from_slice(p.hostname().split_str(".").next().unwrap_or_default()),
                Some(b'H') => out.extend_from_slice(&p.hostname()),
                Some(b'u') => out
                    .extend_from_slice(self.state.vars.get(b"USER").map_or(b"root", |name| name.as_bytes())),
                Some(b'$') => out.push(if p.cred().uid == 0 { b'#' } else { b'$' }),
                Some(b'n') => out.push(b'\n'),
                Some(b'e') => out.push(27),
                Some(b'a') => out.push(7),
                Some(b'[' | b']') => {}
                Some(other) => out.extend_from_slice(&[b'\\', *other]),
                None => out.push(b'\\'),
            }
        }
        out
    }

    /// The working directory, with `~` for the home directory.
    fn short_directory(&self, home: &[u8]) -> BString {
        let directory = &self.state.directory;
        match directory.strip_prefix(home).filter(|_| home.len() > 1) {
            Some(rest) if rest.is_empty() || rest[0] == b'/' => {
                let mut short = BString::from("~");
                short.extend_from_slice(rest);
                short
            }
            _ => directory.clone(),
        }
    }
}
