//! Tilde expansion.

use bstr::{BStr, BString, ByteSlice};
use kernel::{OpenFlags, Process};
use vfs::Mode;

use super::Output;
use crate::exec::Machine;

/// Where tildes may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tilde {
    /// Nowhere.
    None,
    /// At the beginning.
    Word,
    /// At the beginning and after colons.
    Assignment,
}

/// Where a literal stands in its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) first: bool,
    pub(super) last: bool,
}

impl Machine {
    /// Adds unquoted text, with tildes replaced by home directories.
    pub(super) async fn expand_tilde(
        &mut self,
        p: &mut Process,
        text: &[u8],
        tilde: Tilde,
        position: Position,
        out: &mut Output,
    ) {
        let mut rest = text;
        let mut may_begin = position.first;
        while !rest.is_empty() {
            if may_begin && let Some((length, home)) = self.tilde_prefix(p, rest, tilde, position.last).await
            {
                out.quoted(&home);
                rest = &rest[length..];
                may_begin = false;
                continue;
            }
            let end = match tilde {
                Tilde::Assignment => rest.find_byte(b':').map_or(rest.len(), |colon| colon + 1),
                _ => rest.len(),
            };
            out.literal(&rest[..end]);
            rest = &rest[end..];
            may_begin = true;
        }
    }

    /// The tilde prefix at the beginning of `text`: its length and the directory.
    async fn tilde_prefix(
        &mut self,
        p: &mut Process,
        text: &[u8],
        tilde: Tilde,
        ends_word: bool,
    ) -> Option<(usize, BString)> {
        let name = text.strip_prefix(b"~")?;
        let ends = |byte: &u8| *byte == b'/' || tilde == Tilde::Assignment && *byte == b':';
        let end = match name.iter().position(ends) {
            Some(end) => end,
            None if ends_word => name.len(),
            // What follows is quoted or an expansion, and would belong to the name.
            None => return None,
        };
        let home = match &name[..end] {
            b"" => self.state.vars.get(b"HOME").map(BStr::to_owned)?,
            user => home_of(p, user).await?,
        };
        Some((end + 1, home))
    }
}

impl Machine {
    /// The home directory that `/etc/passwd` gives the acting user.
    pub(crate) async fn own_home(&mut self, p: &mut Process) -> BString {
        let uid = BString::from(p.cred().uid.to_string());
        home_where(p, 2, &uid).await.unwrap_or_default()
    }
}

/// The home directory of a user in `/etc/passwd`.
async fn home_of(p: &mut Process, user: &[u8]) -> Option<BString> {
    home_where(p, 0, user).await
}

/// The home directory in the first line of `/etc/passwd` that has this value in a field.
async fn home_where(p: &mut Process, field: usize, value: &[u8]) -> Option<BString> {
    let fd = p.open("/etc/passwd", OpenFlags::RDONLY, Mode::new(0)).await.ok()?;
    let passwd = p.read_to_end(fd).await;
    p.close(fd).ok()?;
    let passwd = passwd.ok()?;
    let line = passwd.lines().find(|line| line.split(|byte| *byte == b':').nth(field) == Some(value))?;
    line.split(|byte| *byte == b':').nth(5).map(BString::from)
}
