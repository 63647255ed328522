use core::time::Duration;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process, TermSettings};

use super::crypt::Method;
use super::database::{self, Database, SHADOW, User};
use super::su;
use crate::frame::getopt::Options;
use crate::frame::stream::{self, Lines, STDIN};
use crate::frame::table::Ended;
use crate::frame::{path, say};

pub(crate) const USAGE: &str = "[-p] [-h HOST] [[-f] USER]

Ask who it is, and begin a session

	-f	USER has shown who it is already
	-h HOST	Where USER comes from
	-p	Keep the environment

$LOGIN_TIMEOUT		Seconds to log in (60, 0 any time)
$LOGIN_PRE_SUID_SCRIPT	Run before it becomes USER";

const OPTIONS: Options = Options::new(USAGE, "f:h:p").short_only();

/// How often somebody may be wrong.
const TRIES: usize = 3;
/// How long who was wrong has to wait.
const PENALTY: Duration = Duration::from_secs(3);
/// What is shown to who has logged in.
const MOTD: &str = "/etc/motd";
const SHELL: &str = "/bin/sh";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if !p.isatty(STDIN) {
        return Ok(Exit(1));
    }
    let trusted = opts.value('f').filter(|_| p.cred().uid == 0);
    let mut named: Option<BString> =
        opts.value('f').map(|name| name.to_owned()).or_else(|| opts.operands.first().cloned());
    for _ in 0..TRIES {
        let name = match named.take() {
            Some(name) => name,
            None => ask_name(p).await?,
        };
        let user = Database::read(p).await.user(&name).cloned();
        let is_trusted = user.is_some() && trusted.is_some_and(|trusted| *trusted == *name);
        if is_trusted || may_enter(p, user.as_ref()).await {
            let Some(user) = user else { continue };
            return begin(p, &user, opts.has('p')).await;
        }
        // A signal ends the wait early.
        let _ = p.sleep(PENALTY).await;
        say::print(p, "Login incorrect\n").await?;
    }
    Ok(Exit(1))
}

async fn ask_name(p: &mut Process) -> Result<BString, Exit> {
    loop {
        let prompt = bytes!("{} login: ", p.hostname());
        say::print(p, prompt).await?;
        say::flush(p).await?;
        match Lines::new(STDIN).next(p).await {
            Ok(Some(line)) if !line.trim_ascii().is_empty() => return Ok(line.trim_ascii().into()),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return Err(Exit(1)),
        }
    }
}

/// Whether somebody types the user's password, or needs none.
async fn may_enter(p: &mut Process, user: Option<&User>) -> bool {
    let hash = match user {
        Some(user) => {
            let shadow = stream::read_operand(p, SHADOW.into()).await.unwrap_or_default();
            database::field(&shadow, user.name.as_bstr(), 1).unwrap_or_else(|| "*".into())
        }
        None => "*".into(),
    };
    if hash.is_empty() {
        return true;
    }
    let typed = ask_password(p).await;
    typed.is_some_and(|typed| is_password(hash.as_bstr(), &typed))
}

async fn ask_password(p: &mut Process) -> Option<Vec<u8>> {
    say::print(p, "Password: ").await.ok()?;
    say::flush(p).await.ok()?;
    let settings = p.term_settings(STDIN).ok()?;
    // It is a terminal.
    let _ = p.set_term_settings(STDIN, TermSettings { echo: false, ..settings });
    let line = Lines::new(STDIN).next(p).await;
    let _ = p.set_term_settings(STDIN, settings);
    say::print(p, "\n").await.ok()?;
    line.ok().flatten().map(|line| line.trim_end_with(|c| c == '\n').to_vec())
}

fn is_password(hash: &BStr, typed: &[u8]) -> bool {
    let (method, salt) = match hash.as_bytes() {
        [b'$', b'1', b'$', salt @ ..] => (Method::Md5, salt),
        [b'$', b'5', b'$', salt @ ..] => (Method::Sha256, salt),
        [b'$', b'6', b'$', salt @ ..] => (Method::Sha512, salt),
        salt => (Method::Des, salt),
    };
    // `*` stands for no password, and for a salt that is none.
    hash.len() > 1 && method.hash(typed, salt) == hash
}

async fn begin(p: &mut Process, user: &User, keeps: bool) -> Ended {
    if let Some(script) = p.env().get("LOGIN_PRE_SUID_SCRIPT") {
        return Err(say::die(p, bytes!("{}: LOGIN_PRE_SUID_SCRIPT is not simulated", script)).await);
    }
    su::become_user(p, user).await?;
    let shell = if user.shell.is_empty() { BString::from(SHELL) } else { user.shell.clone() };
    let before = p.env().clone();
    su::environment(p, user, shell.as_bstr(), true, false).await;
    if keeps {
        for (name, value) in before.iter().filter(|(name, _)| *name != "PATH") {
            if p.env().get(name).is_none() {
                p.env_mut().set(name, value);
            }
        }
    }
    if let Ok(text) = stream::read_operand(p, MOTD.into()).await {
        say::print(p, text).await?;
        say::flush(p).await?;
    }
    let argv = [bytes!("-{}", path::last_part(shell.as_bstr()))];
    let env = p.env().clone();
    match p.exec(&shell, &argv, &env).await {
        Ok(exit) => Ok(exit),
        Err(errno) => Err(say::die_errno(p, bytes!("can't execute '{}'", shell), errno).await),
    }
}
