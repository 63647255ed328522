//! Changing owners: chown and chgrp.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{Follow, Stat};

use crate::frame::getopt::Matches;
use crate::frame::say;
use crate::frame::walk::{Links, Step, Walk};
use crate::users::database::{Database, number};

/// The letters that both take.
pub(crate) const LETTERS: &str = "RhvcfLHP";

/// Who is to own the files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) uid: Option<u32>,
    pub(crate) gid: Option<u32>,
}

/// `USER`, `USER:GROUP`, `USER:`, `:GROUP`, with a dot for the colon where no user has such a name; numbers are
/// taken as they are. The error is the message (busybox `parse_chown_usergroup_or_die`).
pub(crate) fn parse(database: &Database, text: &BStr) -> Result<Owner, BString> {
    let colon = text
        .find_byte(b':')
        .or_else(|| if user_id(database, text).is_some() { None } else { text.find_byte(b'.') });
    let Some(at) = colon else {
        let uid = user_id(database, text).ok_or_else(|| bytes!("unknown user {}", text))?;
        return Ok(Owner { uid: Some(uid), gid: None });
    };
    let (user, group) = (text[..at].as_bstr(), text[at + 1..].as_bstr());
    if user.is_empty() {
        let gid = group_id(database, group).ok_or_else(|| bytes!("unknown group {}", group))?;
        return Ok(Owner { uid: None, gid: Some(gid) });
    }
    let unknown = || bytes!("unknown user/group {}", text);
    if group.is_empty() {
        let uid = user_id(database, user).ok_or_else(unknown)?;
        let gid = database.user_of(uid).map_or(uid, |user| user.gid);
        return Ok(Owner { uid: Some(uid), gid: Some(gid) });
    }
    let uid = user_id(database, user).ok_or_else(unknown)?;
    let gid = group_id(database, group).ok_or_else(unknown)?;
    Ok(Owner { uid: Some(uid), gid: Some(gid) })
}

/// A user's id by name or number.
pub(crate) fn user_id(database: &Database, text: &BStr) -> Option<u32> {
    database.user(text).map(|user| user.uid).or_else(|| number(text))
}

/// A group's id by name or number.
pub(crate) fn group_id(database: &Database, text: &BStr) -> Option<u32> {
    database.group(text).map(|group| group.gid).or_else(|| number(text))
}

/// Gives the operands, and with `-R` what is below them, to the owner; the exit status.
pub(crate) async fn change(
    p: &mut Process,
    opts: &Matches,
    owner: Owner,
    operands: &[BString],
) -> Result<Exit, Exit> {
    let recurse = opts.has('R');
    let links = match opts.last_of(&['L', 'H', 'P']) {
        Some('L') if recurse => Links::All,
        Some('H') if recurse => Links::Operands,
        _ if recurse || opts.has('h') => Links::Stay,
        _ => Links::Operands,
    };
    let mut status = 0;
    for operand in operands {
        let mut walk = Walk::new(operand.as_bstr(), links);
        while let Some(step) = walk.next(p) {
            let (path, stat) = match step {
                Step::Lost(path, errno) | Step::Unreadable(path, errno) => {
                    status = 1;
                    say::errno(p, path, errno).await;
                    continue;
                }
                Step::Enter(..) if recurse => continue,
                Step::Enter(path, stat) => {
                    walk.skip();
                    (path, stat)
                }
                Step::Leave(path, stat) | Step::Other(path, stat) => (path, stat),
            };
            let follows = links == Links::All || (links == Links::Operands && walk.depth() == 0);
            let follow = if follows && !opts.has('h') { Follow::Yes } else { Follow::No };
            if !give(p, opts, owner, (&path, &stat), follow).await? {
                status = 1;
            }
        }
    }
    Ok(Exit(status))
}

async fn give(
    p: &mut Process,
    opts: &Matches,
    owner: Owner,
    (path, stat): (&BString, &Stat),
    follow: Follow,
) -> Result<bool, Exit> {
    // -1 leaves the id as it is.
    let uid = owner.uid.filter(|uid| *uid != u32::MAX);
    let gid = owner.gid.filter(|gid| *gid != u32::MAX);
    if let Err(errno) = p.chown(path, uid, gid, follow) {
        if !opts.has('f') {
            say::errno(p, path, errno).await;
        }
        return Ok(false);
    }
    let (new_uid, new_gid) = (uid.unwrap_or(stat.uid), gid.unwrap_or(stat.gid));
    let changed = (new_uid, new_gid) != (stat.uid, stat.gid);
    if opts.has('v') || (opts.has('c') && changed) {
        let owner = format!("{new_uid}:{new_gid}");
        say::print(p, bytes!("changed ownership of '{}' to {}\n", path, owner)).await?;
    }
    Ok(true)
}
