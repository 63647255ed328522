mod table;

use core::time::Duration;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Pid, Process, WaitFlags, WaitFor};
use vfs::Mode;

use self::table::{Job, When};
use super::priority;
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{daemon, number, say, stream};
use crate::time::civil::Civil;
use crate::users::database::{Database, User};

pub(crate) const USAGE: &str = "[-fbS] [-l N] [-d N] [-L LOGFILE] [-c DIR]

Run the commands of crontabs at their times

	-f	In the foreground
	-b	In the background (what it does anyway)
	-S	Tell the system's log (what it does anyway)
	-l N	Tell what matters at least N (8)
	-d N	The same, on standard error
	-L FILE	Tell FILE
	-c DIR	Where the tables are (/var/spool/cron/crontabs)";

const OPTIONS: Options = Options::new(USAGE, "l:L:fbSc:d:").short_only().operands(0, 0);

const TABLES: &str = "/var/spool/cron/crontabs";
const PID_FILE: &str = "/var/run/crond.pid";
/// Says that what is to be done once after a boot is done.
const BOOTED: &str = "/var/run/crond.reboot";
/// Where crontab leaves the names of tables that have changed.
const CHANGED: &str = "cron.update";
/// What is told from this level on: each command that is run.
const COMMANDS: u64 = 8;
const MINUTE: i64 = 60;

/// Where it tells what it does.
enum Telling {
    Syslog,
    Error,
    File(BString),
}

struct Cron {
    telling: Telling,
    level: u64,
    directory: BString,
    /// Those that have not ended: whose, and what.
    running: Vec<(Pid, BString, BString)>,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let cron = Cron::new(p, &opts).await?;
    if opts.has('f') || opts.has('d') {
        return cron.run(p).await;
    }
    daemon::start(p, move |mut child| async move {
        match cron.run(&mut child).await {
            Ok(exit) | Err(exit) => exit,
        }
    })
    .await
}

impl Cron {
    async fn new(p: &mut Process, opts: &Matches) -> Result<Cron, Exit> {
        let level =
            match opts.value('d').or(opts.value('l')).map(|text| number::unsigned(text, 0, u64::MAX, &[])) {
                None => COMMANDS,
                Some(Ok(level)) => level,
                Some(Err(message)) => return Err(say::die(p, message).await),
            };
        let telling = match (opts.has('d'), opts.value('L')) {
            (true, _) => Telling::Error,
            (_, Some(file)) => Telling::File(file.to_owned()),
            _ => Telling::Syslog,
        };
        let directory = opts.value('c').unwrap_or(TABLES.into()).to_owned();
        Ok(Cron { telling, level, directory, running: Vec::new() })
    }

    async fn run(mut self, p: &mut Process) -> Ended {
        if let Err(errno) = p.chdir(&self.directory) {
            let message = bytes!("can't change directory to '{}'", self.directory);
            return Err(say::die_errno(p, message, errno).await);
        }
        self.tell(p, format!("crond (busybox 1.36.1) started, log level {}", self.level)).await;
        let mut tables = self.read(p).await;
        if p.stat(BOOTED).is_err() {
            // Without the file the commands would only run once more.
            if let Ok(fd) = p.open(BOOTED, OpenFlags::OUTPUT, Mode::new(0o600)).await {
                stream::close(p, fd);
            }
            self.start(p, &tables, |job| job.when == When::Boot).await;
        }
        daemon::note_pid(p, PID_FILE).await;
        loop {
            let past = p.now().secs().rem_euclid(MINUTE);
            let rest = Duration::from_secs(u64::try_from(MINUTE - past).unwrap_or(1));
            // The clock has nanoseconds: a minute begins with the second.
            let early = Duration::from_nanos(u64::from(p.now().utc().nanos));
            let _ = p.sleep(rest.saturating_sub(early)).await;
            self.bury(p).await;
            tables = self.read(p).await;
            let now = Civil::from_seconds(p.now().secs());
            self.start(p, &tables, |job| job.when.matches(&now)).await;
        }
    }

    /// The tables of known users, the last name first.
    async fn read(&self, p: &mut Process) -> Vec<(User, Vec<Job>)> {
        let _ = p.unlink(CHANGED);
        let database = Database::read(p).await;
        let mut tables = Vec::new();
        for entry in p.read_dir(".").unwrap_or_default().into_iter().rev() {
            let Some(user) = database.user(&entry.name) else { continue };
            let text = stream::read_operand(p, entry.name.as_bstr()).await.unwrap_or_default();
            let (jobs, wrong) = table::parse(&text);
            for word in wrong {
                self.tell(p, bytes!("user {}: parse error at {}", user.name, word)).await;
            }
            tables.push((user.clone(), jobs));
        }
        tables
    }

    async fn start(&mut self, p: &mut Process, tables: &[(User, Vec<Job>)], due: impl Fn(&Job) -> bool) {
        for (user, jobs) in tables {
            for job in jobs.iter().filter(|job| due(job)) {
                let same = |(_, name, command): &&(Pid, BString, BString)| {
                    *name == user.name && *command == job.command
                };
                if self.running.iter().find(same).is_some() {
                    let text = bytes!("user {}: process already running: {}", user.name, job.command);
                    self.tell(p, text).await;
                    continue;
                }
                if job.mails {
                    self.tell(p, bytes!("user {}: MAILTO: mail is not simulated", user.name)).await;
                }
                if let Some(pid) = launch(p, user, job) {
                    let number = format!("{:>3}", pid.0);
                    if self.level <= COMMANDS {
                        let text = bytes!("USER {} pid {} cmd {}", user.name, number, job.command);
                        self.tell(p, text).await;
                    }
                    self.running.push((pid, user.name.clone(), job.command.clone()));
                }
            }
        }
    }

    async fn bury(&mut self, p: &mut Process) {
        while let Ok((ended, _)) = p.wait(WaitFor::Any, WaitFlags::NoHang).await {
            self.running.retain(|(pid, ..)| *pid != ended);
        }
    }

    async fn tell(&self, p: &mut Process, text: impl AsRef<[u8]>) {
        match &self.telling {
            Telling::Error => say::error(p, text).await,
            Telling::Syslog => {
                let tag = format!("crond[{}]", p.pid());
                let cron_info = 9 * 8 + 6;
                priority::send(p, cron_info, BStr::new(&tag), text.as_ref().as_bstr()).await;
            }
            Telling::File(name) => {
                if let Ok(fd) = p.open(name, OpenFlags::APPENDING, Mode::new(0o600)).await {
                    // Nobody is left to tell that it is full.
                    let _ = p.write_all(fd, &bytes!("crond: {}\n", text)).await;
                    stream::close(p, fd);
                }
            }
        }
    }
}

/// Runs a command as its user, at home.
fn launch(p: &mut Process, user: &User, job: &Job) -> Option<Pid> {
    let (user, job) = (user.clone(), job.clone());
    let child = p.fork(move |mut child| async move {
        let groups = Database::read(&mut child).await.groups_of(&user.name, user.gid);
        let changed = child
            .setgroups(groups)
            .and_then(|()| child.setgid(user.gid))
            .and_then(|()| child.setuid(user.uid));
        if changed.is_err() {
            return Exit(1);
        }
        if child.chdir(&user.home).is_err() {
            let _ = child.chdir("/");
        }
        let env = child.env_mut();
        env.set("USER", &user.name);
        env.set("LOGNAME", &user.name);
        env.set("HOME", &user.home);
        env.set("SHELL", &job.shell);
        let env = child.env().clone();
        let argv = [job.shell.clone(), "-c".into(), job.command.clone()];
        child.exec(&job.shell, &argv, &env).await.unwrap_or(Exit(1))
    });
    child.ok()
}
