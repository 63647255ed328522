//! Rules that adduser, addgroup and their opposites share.

use bstr::{BStr, BString};
use kernel::{Exit, Process};

use super::crypt::Method;
use super::database::{self, Database, User};
use crate::frame::{number, say};

/// The highest id that may be asked for, and the highest that is given out (Alpine's `CONFIG_LAST_ID`).
pub(super) const LAST: u32 = 256_000;
/// Ids of ordinary users and groups begin here.
pub(super) const FIRST: u32 = 1000;
/// Ids of system users and groups begin here and end below [`FIRST`].
pub(super) const FIRST_SYSTEM: u32 = 100;

/// Ends the applet unless it acts as root.
pub(super) async fn require_root(p: &mut Process) -> Result<(), Exit> {
    if p.cred().uid == 0 {
        return Ok(());
    }
    Err(say::die(p, "permission denied (are you root?)").await)
}

/// Ends the applet when a login or group name has a character that such names may not have: POSIX's portable ones, no
/// dash or dot first, and a dollar only at the end.
pub(super) async fn require_good_name(p: &mut Process, name: &BStr) -> Result<(), Exit> {
    let Some(at) = first_bad(name) else { return Ok(()) };
    let code = name.get(at).copied().unwrap_or(0);
    let message = format!("illegal character with code {code} at position {at}");
    Err(say::die(p, message).await)
}

fn first_bad(name: &BStr) -> Option<usize> {
    let good = |(at, byte): (usize, &u8)| {
        byte.is_ascii_alphanumeric()
            || *byte == b'_'
            || (matches!(byte, b'-' | b'.') && at > 0)
            || (*byte == b'$' && at > 0 && at + 1 == name.len())
    };
    if name.is_empty() { Some(0) } else { (0..name.len()).find(|at| !good((*at, &name[*at]))) }
}

/// A value of `-u` or `-g`.
pub(super) async fn id(p: &mut Process, text: &BStr) -> Result<u32, Exit> {
    let value = match number::unsigned(text, 0, u64::from(u32::MAX), &[]) {
        Ok(_) => number::unsigned(text, 0, u64::from(LAST), &[]),
        Err(_) => Err(bytes!("invalid number '{}'", text)),
    };
    match value {
        Ok(id) => Ok(u32::try_from(id).unwrap_or(LAST)),
        Err(message) => Err(say::die(p, message).await),
    }
}

/// The first free id in the range of ordinary or system ids.
pub(super) async fn free_id(
    p: &mut Process,
    system: bool,
    kind: &str,
    taken: impl Fn(u32) -> bool,
) -> Result<u32, Exit> {
    let range = if system { FIRST_SYSTEM..=FIRST - 1 } else { FIRST..=LAST };
    match range.into_iter().find(|id| !taken(*id)) {
        Some(id) => Ok(id),
        None => Err(say::die(p, format!("no {kind}ids left")).await),
    }
}

/// [`database::rewrite`] that ends the applet when the file cannot be rewritten.
pub(super) async fn rewrite(
    p: &mut Process,
    path: &str,
    edit: impl FnOnce(&[u8]) -> BString,
) -> Result<(), Exit> {
    match database::rewrite(p, path, edit).await {
        Ok(()) => Ok(()),
        Err(errno) => Err(say::die_errno(p, path, errno).await),
    }
}

/// Days since 1970, as /etc/shadow dates a change.
pub(super) fn today(p: &Process) -> BString {
    (p.now().secs() / 86400).to_string().into()
}

/// Goes on under the name of another applet, which its messages then have.
pub(super) fn act_as(p: &mut Process, applet: &str) {
    p.set_args(vec![applet.into()]);
}

/// Ends an applet that has to be set-user-ID and is not, unless root runs it: Alpine's busybox is not.
pub(super) async fn require_set_id(p: &mut Process) -> Result<(), Exit> {
    if p.cred().uid == 0 {
        return Ok(());
    }
    Err(say::die(p, "must be suid to work properly").await)
}

/// The user of that name, or the end of the applet.
pub(super) async fn require_user(p: &mut Process, name: &BStr) -> Result<User, Exit> {
    match Database::read(p).await.user(name) {
        Some(user) => Ok(user.clone()),
        None => Err(say::die(p, bytes!("unknown user {}", name)).await),
    }
}

/// The name of the user that runs the applet.
pub(super) async fn own_name(p: &mut Process) -> Result<BString, Exit> {
    let uid = p.cred().uid;
    match Database::read(p).await.user_of(uid) {
        Some(user) => Ok(user.name.clone()),
        None => Err(say::die(p, bytes!("unknown uid {}", uid.to_string())).await),
    }
}

/// The method of hashing that an option names; SHA-512 without one.
pub(super) fn method(name: Option<&BStr>) -> Method {
    Method::named(name.unwrap_or("sha512".into()))
}
