use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use super::account;
use super::database::{self, Database, GROUP, GSHADOW};
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "[-g GID] [-S] [USER] GROUP

Make a group, or put USER into one

	-g GID	The group's id
	-S	A system group: its id is below 1000";

const OPTIONS: Options = Options::new(USAGE, "g:S").long(&[("gid", 'g'), ("system", 'S')]).operands(1, 2);

pub(crate) async fn main(p: &mut Process) -> Ended {
    account::require_root(p).await?;
    let opts = OPTIONS.parse(p).await?;
    if let [user, group] = &opts.operands[..] {
        if opts.has('g') {
            return Err(usage::misuse(p, USAGE, 1).await);
        }
        return join(p, user.as_bstr(), group.as_bstr()).await;
    }
    let name = opts.operands[0].clone();
    account::require_good_name(p, name.as_bstr()).await?;
    let gid = match opts.value('g') {
        Some(text) => Some(account::id(p, text).await?),
        None => None,
    };
    make(p, name.as_bstr(), gid, opts.has('S')).await
}

/// Makes a group; without an id it gets the first that is free.
pub(super) async fn make(p: &mut Process, name: &BStr, gid: Option<u32>, system: bool) -> Ended {
    let database = Database::read(p).await;
    if database.group(name).is_some() {
        return Err(say::die(p, bytes!("group '{}' in use", name)).await);
    }
    let taken = |gid| database.group_of(gid).is_some();
    let gid = match gid {
        Some(gid) if taken(gid) => return Err(say::die(p, format!("gid '{gid}' in use")).await),
        Some(gid) => gid,
        None => account::free_id(p, system, "g", taken).await?,
    };
    let line = bytes!("{}:x:{}:", name, gid.to_string());
    account::rewrite(p, GROUP, |text| database::appended(text, line.as_bstr())).await?;
    let line = bytes!("{}:!::", name);
    // Only systems that have group passwords keep them.
    let _ = database::rewrite(p, GSHADOW, |text| database::appended(text, line.as_bstr())).await;
    Ok(Exit(0))
}

/// Puts a user into a group.
pub(super) async fn join(p: &mut Process, user: &BStr, group: &BStr) -> Ended {
    let database = Database::read(p).await;
    if database.user(user).is_none() {
        return Err(say::die(p, bytes!("unknown user {}", user)).await);
    }
    let Some(entry) = database.group(group) else {
        return Err(say::die(p, bytes!("unknown group {}", group)).await);
    };
    if entry.members.iter().any(|member| member == user) {
        return Ok(Exit(0));
    }
    account::rewrite(p, GROUP, |text| database::edited(text, group, |fields| Some(joined(fields, user))).0)
        .await?;
    let _ = database::rewrite(p, GSHADOW, |text| {
        database::edited(text, group, |fields| Some(joined(fields, user))).0
    })
    .await;
    Ok(Exit(0))
}

/// The line with one more member in its last field.
fn joined(fields: &[&[u8]], user: &BStr) -> BString {
    let line = bstr::join(":", fields);
    let comma = if line.ends_with(b":") { "" } else { "," };
    bytes!("{}{}{}", line, comma, user)
}
