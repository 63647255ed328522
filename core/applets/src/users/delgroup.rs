use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use super::account;
use super::database::{self, Database, GROUP, GSHADOW, Group};
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "[USER] GROUP

Remove a group, or take USER out of it";

pub(crate) async fn main(p: &mut Process) -> Ended {
    account::require_root(p).await?;
    let words = p.args()[1..].to_vec();
    let (user, name) = match &words[..] {
        [group] => (None, group.as_bstr()),
        [user, group] => (Some(user.as_bstr()), group.as_bstr()),
        _ => return Err(usage::misuse(p, USAGE, 1).await),
    };
    let database = Database::read(p).await;
    let Some(group) = database.group(name) else {
        return Err(say::die(p, bytes!("unknown group {}", name)).await);
    };
    match user {
        None => remove(p, group.clone()).await,
        Some(user) => {
            leave(p, user, Some(name)).await?;
            Ok(Exit(0))
        }
    }
}

/// Removes a group that is nobody's primary one.
pub(super) async fn remove(p: &mut Process, group: Group) -> Ended {
    let database = Database::read(p).await;
    if let Some(user) = database.users.iter().find(|user| user.gid == group.gid) {
        let message = bytes!("'{}' still has '{}' as their primary group!", user.name, group.name);
        return Err(say::die(p, message).await);
    }
    let name = group.name.as_bstr();
    account::rewrite(p, GROUP, |text| database::edited(text, name, |_| None).0).await?;
    // Only systems that have group passwords keep them.
    let _ = database::rewrite(p, GSHADOW, |text| database::edited(text, name, |_| None).0).await;
    Ok(Exit(0))
}

/// Takes a user out of a group, or of all; that it was in none is a message and no failure.
pub(super) async fn leave(p: &mut Process, user: &BStr, group: Option<&BStr>) -> Result<(), Exit> {
    let database = Database::read(p).await;
    let concerned = |candidate: &&Group| group.is_none_or(|name| candidate.name == name);
    let was_in = database
        .groups
        .iter()
        .filter(concerned)
        .any(|group| group.members.iter().any(|member| member == user));
    account::rewrite(p, GROUP, |text| without_member(text, user, group)).await?;
    if !was_in {
        say::error(p, bytes!("can't find {} in {}", user, GROUP)).await;
    }
    let _ = database::rewrite(p, GSHADOW, |text| without_member(text, user, group)).await;
    Ok(())
}

/// The text without the member in the last field of each line that is concerned.
fn without_member(text: &[u8], user: &BStr, group: Option<&BStr>) -> BString {
    let mut result = BString::default();
    for line in text.lines_with_terminator() {
        let (front, members) = match line.rfind_byte(b':') {
            Some(at) if group.is_none_or(|name| line.starts_with(&bytes!("{}:", name))) => {
                line.split_at(at + 1)
            }
            _ => (line, &[][..]),
        };
        let (members, end) = members.strip_suffix(b"\n").map_or((members, ""), |rest| (rest, "\n"));
        let kept: Vec<&[u8]> = members.split_str(",").filter(|member| **member != **user).collect();
        result.extend_from_slice(front);
        result.extend_from_slice(&bstr::join(",", kept));
        result.extend_from_slice(end.as_bytes());
    }
    result
}
