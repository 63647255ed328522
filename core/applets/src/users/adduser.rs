use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};
use vfs::{Errno, Follow, Mode};

use super::account;
use super::crypt::Method;
use super::database::{self, Database, PASSWD, SHADOW, User};
use super::{addgroup, passwd};
use crate::files::copy::{Copier, How};
use crate::frame::getopt::{Matches, Options};
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::walk::{Links, Step, Walk};

pub(crate) const USAGE: &str = "[OPTIONS] USER [GROUP]

Make a user, or put USER into GROUP

	-h DIR	The home directory
	-g GECOS	The comment
	-s SHELL	The login shell
	-G GRP	The primary group
	-S	A system user: its id is below 1000
	-D	Do not ask for a password
	-H	Do not make the home directory
	-u UID	The user's id
	-k SKEL	What a new home directory is filled with (/etc/skel)";

const OPTIONS: Options = Options::new(USAGE, "h:g:s:G:DSHu:k:")
    .long(&[
        ("home", 'h'),
        ("gecos", 'g'),
        ("shell", 's'),
        ("ingroup", 'G'),
        ("disabled-password", 'D'),
        ("empty-password", 'D'),
        ("system", 'S'),
        ("no-create-home", 'H'),
        ("uid", 'u'),
        ("skel", 'k'),
    ])
    .operands(1, 2);

/// The group of system users that get none.
const NO_GROUP: &str = "nogroup";
/// The set-group-id bit makes what is put into a home directory its owner's.
const HOME_MODE: Mode = Mode::new(0o2755);

pub(crate) async fn main(p: &mut Process) -> Ended {
    account::require_root(p).await?;
    let opts = OPTIONS.parse(p).await?;
    if let [user, group] = &opts.operands[..] {
        account::act_as(p, "addgroup");
        return addgroup::join(p, user.as_bstr(), group.as_bstr()).await;
    }
    let (user, own_group) = plan(p, &opts).await?;
    enter(p, &user).await?;
    let name = user.name.clone();
    account::act_as(p, "addgroup");
    // Its messages are all that is seen of a failure.
    let _ = if own_group {
        addgroup::make(p, name.as_bstr(), Some(user.gid), false).await
    } else if let Some(group) = opts.value('G') {
        addgroup::join(p, name.as_bstr(), group).await
    } else {
        Ok(Exit(0))
    };
    account::act_as(p, "adduser");
    if !opts.has('H') {
        make_home(p, &user, opts.value('k')).await;
    }
    if !opts.has('D') && !opts.has('S') {
        account::act_as(p, "passwd");
        passwd::change(p, name.as_bstr(), Method::Sha512).await?;
    }
    Ok(Exit(0))
}

/// The new user, and whether it gets a group of its own.
async fn plan(p: &mut Process, opts: &Matches) -> Result<(User, bool), Exit> {
    let database = Database::read(p).await;
    let system = opts.has('S');
    let asked = match opts.value('u') {
        Some(text) => Some(account::id(p, text).await?),
        None => None,
    };
    let name = opts.operands[0].clone();
    account::require_good_name(p, name.as_bstr()).await?;
    let group = opts.value('G').or(system.then_some(BStr::new(NO_GROUP)));
    let gid = match group {
        Some(group) => match database.group(group) {
            Some(group) => Some(group.gid),
            None => return Err(say::die(p, bytes!("unknown group {}", group)).await),
        },
        None => None,
    };
    if database.user(&name).is_some() {
        return Err(say::die(p, bytes!("user '{}' in use", name)).await);
    }
    let taken = |id| database.user_of(id).is_some() || (gid.is_none() && database.group_of(id).is_some());
    let uid = match asked {
        Some(uid) if taken(uid) => return Err(say::die(p, format!("uid '{uid}' in use")).await),
        Some(uid) => uid,
        None => account::free_id(p, system, "u", taken).await?,
    };
    if gid.is_none() && database.group(&name).is_some() {
        return Err(say::die(p, bytes!("group '{}' in use", name)).await);
    }
    let shell = if system { "/sbin/nologin" } else { "/bin/sh" };
    let user = User {
        uid,
        gid: gid.unwrap_or(uid),
        gecos: opts.value('g').unwrap_or("Linux User,,,".into()).to_owned(),
        home: opts.value('h').map_or_else(|| bytes!("/home/{}", name), BStr::to_owned),
        shell: opts.value('s').unwrap_or(shell.into()).to_owned(),
        name,
    };
    Ok((user, gid.is_none()))
}

/// The lines in /etc/passwd and /etc/shadow.
async fn enter(p: &mut Process, user: &User) -> Result<(), Exit> {
    let (uid, gid) = (user.uid.to_string(), user.gid.to_string());
    let line = bytes!("{}:x:{}:{}:{}:{}:{}", user.name, uid, gid, user.gecos, user.home, user.shell);
    account::rewrite(p, PASSWD, |text| database::appended(text, line.as_bstr())).await?;
    let line = bytes!("{}:!:{}:0:99999:7:::", user.name, account::today(p));
    // A system without shadow passwords has none.
    let _ = database::rewrite(p, SHADOW, |text| database::appended(text, line.as_bstr())).await;
    Ok(())
}

/// The home directory: a new one is a copy of the skeleton, an old one gets owner and mode.
async fn make_home(p: &mut Process, user: &User, skeleton: Option<&BStr>) {
    let made = p.mkdir(&user.home, Mode::new(0o755));
    if made.is_ok() {
        fill(p, user, skeleton).await;
    }
    let ready = match made {
        Err(errno) if errno != Errno::EEXIST => Err(errno),
        _ => p
            .chown(&user.home, Some(user.uid), Some(user.gid), Follow::Yes)
            .and_then(|()| p.chmod(&user.home, HOME_MODE)),
    };
    if let Err(errno) = ready {
        say::errno(p, &user.home, errno).await;
    }
}

/// Copies the skeleton into a new home and makes all of it the user's. A missing one is told only when it was named.
async fn fill(p: &mut Process, user: &User, skeleton: Option<&BStr>) {
    let named = skeleton.is_some();
    let skeleton = skeleton.unwrap_or("/etc/skel".into());
    if !named && p.lstat(skeleton).is_err() {
        return;
    }
    let mut copier = Copier::new(How { recurse: true, ..How::default() });
    // Its messages are all that is seen of a failure.
    let _ = copier.copy(p, skeleton, user.home.as_bstr()).await;
    let mut walk = Walk::new(user.home.as_bstr(), Links::Stay);
    while let Some(step) = walk.next(p) {
        let (Step::Enter(path, _) | Step::Other(path, _)) = step else { continue };
        if let Err(errno) = p.chown(&path, Some(user.uid), Some(user.gid), Follow::No) {
            say::errno(p, &path, errno).await;
        }
    }
}
