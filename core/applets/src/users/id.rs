use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use super::database::Database;
use crate::frame::getopt::{Matches, Options};
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "[-ugGnr] [USER]

Print user and groups: of USER, or of this process

	-u	The user's id alone
	-g	The group's id alone
	-G	The ids of all groups
	-n	Names in place of ids
	-r	The real ids, not the effective ones";

const OPTIONS: Options = Options::new(USAGE, "rnugG").operands(0, 1).short_only();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let modes = ['u', 'g', 'G'].iter().filter(|mode| opts.has(**mode)).count();
    if modes > 1 || (modes == 0 && (opts.has('n') || opts.has('r'))) {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let database = Database::read(p).await;
    let person = Person::find(p, &database, &opts).await?;
    let name_or_number = opts.has('n');
    match opts.last_of(&['u', 'g', 'G']) {
        Some('u') => show(p, &[(person.uid, user_name(&database, person.uid))], name_or_number).await,
        Some('g') => show(p, &[(person.gid, group_name(&database, person.gid))], name_or_number).await,
        Some(_) => groups(p, &database, &person, name_or_number).await,
        None => {
            say::print(p, sentence(&database, &person)).await?;
            Ok(Exit(0))
        }
    }
}

/// Whose ids are shown.
pub(super) struct Person {
    uid: u32,
    gid: u32,
    groups: Vec<u32>,
}

impl Person {
    /// The process itself, or the user that is named.
    pub(super) async fn find(p: &mut Process, database: &Database, opts: &Matches) -> Result<Self, Exit> {
        let Some(name) = opts.operands.first() else {
            let cred = p.cred();
            return Ok(Self { uid: cred.uid, gid: cred.gid, groups: cred.groups.clone() });
        };
        match database.user(name) {
            Some(user) => {
                let groups = database.groups_of(name, user.gid);
                Ok(Self { uid: user.uid, gid: user.gid, groups })
            }
            None => Err(say::die(p, bytes!("unknown user {}", name)).await),
        }
    }
}

/// All groups in a line, the primary one first and once.
pub(super) async fn groups(p: &mut Process, database: &Database, person: &Person, names: bool) -> Ended {
    let others = person.groups.iter().copied().filter(|gid| *gid != person.gid);
    let all: Vec<(u32, Option<BString>)> =
        std::iter::once(person.gid).chain(others).map(|gid| (gid, group_name(database, gid))).collect();
    show(p, &all, names).await
}

/// Ids in a line; an id without a name is shown as it is, with a message.
async fn show(p: &mut Process, ids: &[(u32, Option<BString>)], names: bool) -> Ended {
    let mut status = 0;
    for (index, (id, name)) in ids.iter().enumerate() {
        let blank = if index == 0 { "" } else { " " };
        match name.as_ref().filter(|_| names) {
            Some(name) => say::print(p, bytes!("{}{}", blank, name)).await?,
            None => say::print(p, bytes!("{}{}", blank, id.to_string())).await?,
        }
        if names && name.is_none() {
            say::error(p, bytes!("unknown ID {}", id.to_string())).await;
            status = 1;
        }
    }
    say::print(p, "\n").await?;
    Ok(Exit(status))
}

/// `uid=0(root) gid=0(root) groups=0(root),1(bin)`
fn sentence(database: &Database, person: &Person) -> BString {
    let user = labelled(person.uid, user_name(database, person.uid));
    let group = labelled(person.gid, group_name(database, person.gid));
    let groups: Vec<BString> =
        person.groups.iter().map(|gid| labelled(*gid, group_name(database, *gid))).collect();
    let mut line = bytes!("uid={} gid={}", user, group);
    if !groups.is_empty() {
        line.extend_from_slice(b" groups=");
        line.extend_from_slice(&bstr::join(",", &groups));
    }
    line.push(b'\n');
    line
}

fn labelled(id: u32, name: Option<BString>) -> BString {
    let id = id.to_string();
    name.map_or_else(|| id.as_bytes().as_bstr().to_owned(), |name| bytes!("{}({})", id, name))
}

fn user_name(database: &Database, uid: u32) -> Option<BString> {
    database.user_of(uid).map(|user| user.name.clone())
}

fn group_name(database: &Database, gid: u32) -> Option<BString> {
    database.group_of(gid).map(|group| group.name.clone())
}
