use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process, WaitFlags, WaitFor};
use vfs::{Follow, Mode};

use crate::frame::getopt::Options;
use crate::frame::table::{Ended, leave};
use crate::frame::{path, say, stream, usage};
use crate::users::database::{Database, User};
use crate::users::su as identity;

pub(crate) const USAGE: &str = "[-c DIR] [-u USER] [-ler]|[FILE]

Install, print or remove a user's table of timed commands

	-c DIR	Where the tables are
	-u USER	Whose (root)
	-l	Print it
	-e	Edit it
	-r	Remove it
	FILE	Make FILE the table; - is standard input";

const OPTIONS: Options = Options::new(USAGE, "u:c:lerd").short_only();

/// Where the tables are.
const TABLES: &str = "/var/spool/cron/crontabs";
/// Tells crond whose tables have changed.
const CHANGED: &str = "cron.update";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let uid = p.cred().uid;
    if uid != 0 {
        return Err(say::die(p, "must be suid to work properly").await);
    }
    let database = Database::read(p).await;
    let user = match opts.value('u') {
        Some(name) => name.to_owned(),
        None => database.user_of(uid).map_or_else(|| BString::from("root"), |user| user.name.clone()),
    };
    if database.user(&user).is_none() {
        return Err(say::die(p, bytes!("unknown user {}", user)).await);
    }
    let modes = ['l', 'e', 'r', 'd'].iter().filter(|letter| opts.has(**letter)).count();
    if modes + opts.operands.len() != 1 {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let source = opts.operands.first().map_or_else(|| "-".into(), Clone::clone);
    let text = if modes == 0 { Some(read(p, source.as_bstr()).await?) } else { None };
    let directory = opts.value('c').unwrap_or(TABLES.into()).to_owned();
    if let Err(errno) = p.chdir(&directory) {
        return Err(say::die_errno(p, bytes!("can't change directory to '{}'", directory), errno).await);
    }
    match (opts.last_of(&['l', 'e', 'r', 'd']), text) {
        (Some('l'), _) => {
            let text = read(p, user.as_bstr()).await?;
            say::print(p, text).await?;
            return Ok(Exit(0));
        }
        (Some('e'), _) => {
            let text = edit(p, &database, &user, &directory).await?;
            install(p, &user, &text).await?;
        }
        (Some(_), _) => {
            // A table that is not there needs no removal.
            let _ = p.unlink(&user);
        }
        (None, text) => install(p, &user, &text.unwrap_or_default()).await?,
    }
    announce(p, &user).await;
    Ok(Exit(0))
}

async fn read(p: &mut Process, file: &BStr) -> Result<Vec<u8>, Exit> {
    match stream::read_operand(p, file).await {
        Ok(text) => Ok(text),
        Err(errno) => Err(say::die_errno(p, bytes!("can't open '{}'", file), errno).await),
    }
}

/// Has a copy of the table edited: by `$VISUAL`, `$EDITOR` or vi, as the user whose it is.
async fn edit(
    p: &mut Process,
    database: &Database,
    user: &BString,
    directory: &BString,
) -> Result<Vec<u8>, Exit> {
    let Some(owner) = database.user(user).cloned() else { return Ok(Vec::new()) };
    // A table that is not there is edited all the same.
    let table = stream::read_operand(p, user.as_bstr()).await.unwrap_or_default();
    let copy = bytes!("{}.{}", directory, p.pid().to_string());
    let made = match p.open(&copy, OpenFlags::OUTPUT, Mode::new(0o600)).await {
        Ok(fd) => {
            let written = p.write_all(fd, &table).await;
            stream::close(p, fd);
            written.and_then(|()| p.chown(&copy, Some(owner.uid), Some(owner.gid), Follow::Yes))
        }
        Err(errno) => Err(errno),
    };
    if let Err(errno) = made {
        return Err(say::die_errno(p, bytes!("can't create '{}'", copy), errno).await);
    }
    let file = copy.clone();
    let editor = p.fork(move |mut child| async move {
        let ended = run_editor(&mut child, &owner, file).await;
        leave(&mut child, ended).await
    });
    let ended = match editor {
        // Its status counts for nothing: what it left in the file does.
        Ok(pid) => p.wait(WaitFor::Pid(pid), WaitFlags::Block).await.map(|_| ()),
        Err(errno) => Err(errno),
    };
    if let Err(errno) = ended {
        return Err(say::die_errno(p, "fork", errno).await);
    }
    let text = read(p, copy.as_bstr()).await;
    // It was there just now.
    let _ = p.unlink(&copy);
    text
}

async fn run_editor(p: &mut Process, owner: &User, file: BString) -> Ended {
    identity::become_user(p, owner).await?;
    if let Err(errno) = p.chdir(&owner.home) {
        say::errno(p, bytes!("can't change directory to '{}'", owner.home), errno).await;
    }
    identity::environment(p, owner, owner.shell.as_bstr(), false, false).await;
    let editor = p.env().get("VISUAL").or_else(|| p.env().get("EDITOR")).unwrap_or("vi".into()).to_owned();
    match p.execvp(&[editor.clone(), file]).await {
        Ok(exit) => Ok(exit),
        Err(errno) => Err(say::die_errno(p, bytes!("can't execute '{}'", editor), errno).await),
    }
}

/// The new table takes the place of the old one at once.
async fn install(p: &mut Process, user: &BString, text: &[u8]) -> Result<(), Exit> {
    let fresh = bytes!("{}.new", user);
    let written = match p.open(&fresh, OpenFlags::OUTPUT, Mode::new(0o600)).await {
        Ok(fd) => {
            let written = p.write_all(fd, text).await;
            stream::close(p, fd);
            written
        }
        Err(errno) => Err(errno),
    };
    match written.and_then(|()| p.rename(&fresh, user)) {
        Ok(()) => Ok(()),
        Err(errno) => {
            let name = path::last_part(fresh.as_bstr());
            Err(say::die_errno(p, bytes!("can't open '{}'", name), errno).await)
        }
    }
}

async fn announce(p: &mut Process, user: &BString) {
    match p.open(CHANGED, OpenFlags::APPENDING, Mode::new(0o600)).await {
        Ok(fd) => {
            // crond looks at the tables once an hour anyway.
            let _ = p.write_all(fd, &bytes!("{}\n", user)).await;
            stream::close(p, fd);
        }
        Err(errno) => say::errno(p, bytes!("can't append to {}", CHANGED), errno).await,
    }
}
