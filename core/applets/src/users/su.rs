use bstr::{BStr, BString, ByteSlice};
use kernel::{Env, Exit, Process};

use super::account;
use super::database::{Database, User};
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{path, say};

pub(crate) const USAGE: &str = "[-lmp] [-s SH] [-] [USER [FILE ARGS | -c 'CMD' [ARG0 ARGS]]]

Run a shell as another user (root)

	-,-l	As at a login: in USER's home, with a new environment
	-c CMD	Run CMD
	-m,-p	Leave HOME, SHELL, USER and LOGNAME as they are
	-s SH	The shell, in place of USER's";

const OPTIONS: Options = Options::new(USAGE, "mplc:s:").long(&[
    ("preserve-environment", 'm'),
    ("login", 'l'),
    ("command", 'c'),
    ("shell", 's'),
]);

/// The shell of users that have none.
const SHELL: &str = "/bin/sh";

pub(crate) async fn main(p: &mut Process) -> Ended {
    account::require_set_id(p).await?;
    let opts = OPTIONS.parse(p).await?;
    let mut operands = &opts.operands[..];
    let mut login = opts.has('l');
    if operands.first().is_some_and(|word| word == "-") {
        login = true;
        operands = &operands[1..];
    }
    let (name, rest) = match operands.split_first() {
        Some((name, rest)) => (name.clone(), rest.to_vec()),
        None => ("root".into(), Vec::new()),
    };
    let user = account::require_user(p, name.as_bstr()).await?;
    let shell = shell(p, &opts, &user);
    become_user(p, &user).await?;
    environment(p, &user, shell.as_bstr(), login, opts.has('m') || opts.has('p')).await;
    let base = path::last_part(shell.as_bstr());
    let mut argv = vec![if login { bytes!("-{}", base) } else { base.to_owned() }];
    if let Some(command) = opts.value('c') {
        argv.extend([BString::from("-c"), command.to_owned()]);
    }
    argv.extend(rest);
    let env = p.env().clone();
    match p.exec(&shell, &argv, &env).await {
        Ok(exit) => Ok(exit),
        Err(errno) => Err(say::die_errno(p, bytes!("can't execute '{}'", shell), errno).await),
    }
}

fn shell(p: &Process, opts: &Matches, user: &User) -> BString {
    if let Some(shell) = opts.value('s') {
        return shell.to_owned();
    }
    let kept = p.env().get("SHELL").filter(|_| opts.has('m') || opts.has('p'));
    let own = kept.unwrap_or(user.shell.as_bstr());
    if own.is_empty() { SHELL.into() } else { own.to_owned() }
}

/// Takes the user's ids and all groups that list it.
pub(crate) async fn become_user(p: &mut Process, user: &User) -> Result<(), Exit> {
    let mut groups = Database::read(p).await.groups_of(&user.name, user.gid);
    // The kernel keeps them in order.
    groups.sort_unstable();
    let failed = match (p.setgroups(groups), p.setgid(user.gid), p.setuid(user.uid)) {
        (Ok(()), Ok(()), Ok(())) => return Ok(()),
        (Err(errno), ..) => ("can't set groups", errno),
        (_, Err(errno), _) => ("setgid", errno),
        (.., Err(errno)) => ("setuid", errno),
    };
    Err(say::die_errno(p, failed.0, failed.1).await)
}

/// Directory and variables (busybox `setup_environment`).
pub(crate) async fn environment(p: &mut Process, user: &User, shell: &BStr, login: bool, keep: bool) {
    if login {
        if let Err(errno) = p.chdir(&user.home) {
            say::errno(p, bytes!("can't change directory to '{}'", user.home), errno).await;
            // The root directory is always there.
            let _ = p.chdir("/");
        }
        let search = if user.uid == 0 { "/sbin:/usr/sbin:/bin:/usr/bin" } else { "/bin:/usr/bin" };
        let mut fresh = Env::new();
        if let Some(terminal) = p.env().get("TERM") {
            fresh.set("TERM", terminal);
        }
        fresh.set("PATH", search);
        *p.env_mut() = fresh;
    } else if keep {
        return;
    }
    let env = p.env_mut();
    if login || user.uid != 0 {
        env.set("USER", &user.name);
        env.set("LOGNAME", &user.name);
    }
    env.set("HOME", &user.home);
    env.set("SHELL", shell);
}
