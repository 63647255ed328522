//! What `set -x` prints.

use bstr::BString;
use kernel::{Fd, Process};

use super::{Machine, Raise};
use crate::lex::is_keyword;
use crate::quote::single_quoted;

impl Machine {
    /// Prints a command: its assignments and words, quoted where need be.
    pub(super) async fn trace(
        &mut self,
        p: &mut Process,
        assignments: &[(BString, BString)],
        words: &[BString],
        fd: Fd,
    ) -> Result<(), Raise> {
        let mut line = self.expand_prompt(p, b"PS4").await?;
        let mut first = true;
        for (name, value) in assignments {
            space(&mut line, &mut first);
            line.extend_from_slice(name);
            line.push(b'=');
            line.extend_from_slice(&quoted(value));
        }
        for word in words {
            space(&mut line, &mut first);
            line.extend_from_slice(&quoted(word));
        }
        line.push(b'\n');
        // A closed standard error leaves nowhere to print to.
        let _ = p.write_all(fd, &line).await;
        Ok(())
    }
}

fn space(line: &mut BString, first: &mut bool) {
    if !std::mem::replace(first, false) {
        line.push(b' ');
    }
}

/// Quoted unless it is empty or plain; reserved words are quoted.
fn quoted(word: &[u8]) -> BString {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"+,-./:@]^_".contains(byte);
    if word.iter().all(is_plain) && !is_keyword(word) { word.into() } else { single_quoted(word) }
}
