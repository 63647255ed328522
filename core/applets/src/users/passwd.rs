use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use super::account;
use super::crypt::Method;
use super::database::{self, PASSWD, SHADOW, User};
use super::obscure;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::{self, Lines, STDIN};
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "[-a ALG] [-dlu] [USER]

Change a password

	-a ALG	The method: md5, sha256, sha512
	-d	No password: anybody may log in
	-l	Lock the account
	-u	Unlock it";

const OPTIONS: Options = Options::new(USAGE, "a:lud").short_only();

pub(crate) async fn main(p: &mut Process) -> Ended {
    account::require_set_id(p).await?;
    let opts = OPTIONS.parse(p).await?;
    let changes = ['l', 'u', 'd'].iter().any(|letter| opts.has(*letter));
    let name = match opts.operands.first() {
        Some(name) => name.clone(),
        None if changes => return Err(usage::misuse(p, USAGE, 1).await),
        None => account::own_name(p).await?,
    };
    if !changes {
        let method = account::method(opts.value('a'));
        return change(p, name.as_bstr(), method).await;
    }
    let user = account::require_user(p, name.as_bstr()).await?;
    let old = field(p, &user).await;
    let locked = old.strip_prefix(b"!");
    let new = match (opts.has('l'), opts.has('u'), locked) {
        (true, _, None) => bytes!("!{}", old),
        (_, true, Some(rest)) => rest.into(),
        _ if opts.has('d') => BString::default(),
        (lock, ..) => {
            let state = if lock { "locked" } else { "unlocked" };
            say::error(p, bytes!("password for {} is already {}", name, state)).await;
            return Ok(Exit(0));
        }
    };
    set(p, name.as_bstr(), new.as_bstr()).await?;
    say::error(p, bytes!("password for {} changed by root", name)).await;
    Ok(Exit(0))
}

/// Asks for a new password, twice.
pub(super) async fn change(p: &mut Process, name: &BStr, method: Method) -> Ended {
    let user = account::require_user(p, name).await?;
    say::print(p, bytes!("Changing password for {}\n", name)).await?;
    let mut lines = Lines::new(STDIN);
    let first = ask(p, &mut lines, "New password: ").await?;
    let Some(first) = first else { return unchanged(p, name).await };
    if let Some(fault) = obscure::fault(&first, &user, p.hostname().as_bstr()) {
        say::print(p, format!("Bad password: {fault}\n")).await?;
    }
    let Some(second) = ask(p, &mut lines, "Retype password: ").await? else {
        return unchanged(p, name).await;
    };
    if second != first {
        say::print(p, "Passwords don't match\n").await?;
        return unchanged(p, name).await;
    }
    let hash = method.fresh(p, &first);
    set(p, name, hash.as_bstr()).await?;
    say::error(p, bytes!("password for {} changed by root", name)).await;
    Ok(Exit(0))
}

async fn unchanged(p: &mut Process, name: &BStr) -> Ended {
    Err(say::die(p, bytes!("password for {} is unchanged", name)).await)
}

/// A line of standard input without its newline; `None` at its end.
async fn ask(p: &mut Process, lines: &mut Lines, question: &str) -> Result<Option<BString>, Exit> {
    say::print(p, question).await?;
    say::flush(p).await?;
    let line = lines.next(p).await.ok().flatten();
    say::print(p, "\n").await?;
    Ok(line.map(|line| line.trim_end_with(|c| c == '\n').into()))
}

/// The password field: the one in /etc/shadow where the user is listed there.
async fn field(p: &mut Process, user: &User) -> BString {
    for path in [SHADOW, PASSWD] {
        if let Ok(text) = stream::read_operand(p, path.into()).await
            && let Some(field) = database::field(&text, user.name.as_bstr(), 1)
        {
            return field;
        }
    }
    BString::default()
}

/// Writes the password field: into /etc/shadow where the user is listed there, else into /etc/passwd.
pub(super) async fn set(p: &mut Process, name: &BStr, hash: &BStr) -> Result<(), Exit> {
    let today = account::today(p);
    let shadow = stream::read_operand(p, SHADOW.into()).await.unwrap_or_default();
    let listed = database::field(&shadow, name, 1).is_some();
    if listed {
        account::rewrite(p, SHADOW, |text| {
            database::edited(text, name, |fields| Some(dated(fields, hash, today.as_bstr()))).0
        })
        .await?;
    }
    let shown = if listed { BStr::new("x") } else { hash };
    account::rewrite(p, PASSWD, |text| database::edited(text, name, |fields| Some(hashed(fields, shown))).0)
        .await
}

/// A line of /etc/shadow with another hash, changed today.
fn dated(fields: &[&[u8]], hash: &BStr, today: &BStr) -> BString {
    let rest = fields.get(3..).unwrap_or_default();
    bytes!("{}:{}:{}:{}", fields[0], hash, today, bstr::join(":", rest))
}

fn hashed(fields: &[&[u8]], hash: &BStr) -> BString {
    let rest = fields.get(2..).unwrap_or_default();
    bytes!("{}:{}:{}", fields[0], hash, bstr::join(":", rest))
}
