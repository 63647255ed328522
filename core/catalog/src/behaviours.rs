//! Packaged programs that scripts of the catalogue play. The scripts run in our own shell, with a
//! function `intrinsic` for what no shell can do: listen on a port, know the time to the
//! millisecond.

use core::time::Duration;

use bstr::BString;
use kernel::{Exit, Fd, LocalBoxFuture, Process, Program, WaitFlags, WaitFor};
use shell::Ash;
use vfs::Time;

const STDIN: Fd = 0;
const STDOUT: Fd = 1;

/// Makes the program itself do an intrinsic instead of running its script.
const INTRINSIC: &str = "GLASSHULL_INTRINSIC";

/// Defines `intrinsic` for all scripts.
const PRELUDE: &str = "\
intrinsic() { GLASSHULL_INTRINSIC=1 \"$GLASSHULL_EXE\" \"$@\"; }
";

/// The scripts, by the name of the program.
const SCRIPTS: &[(&str, &str)] = &[
    ("nginx", include_str!("../behaviours/nginx.sh")),
    ("node", include_str!("../behaviours/node.sh")),
    ("npm", include_str!("../behaviours/npm.sh")),
    ("redis-cli", include_str!("../behaviours/redis-cli.sh")),
    ("redis-server", include_str!("../behaviours/redis-server.sh")),
];

/// The script of a program.
pub(crate) fn find(name: &str) -> Option<&'static str> {
    SCRIPTS.iter().find(|(program, _)| *program == name).map(|(_, script)| *script)
}

/// A program that a script plays.
pub(crate) struct Behaviour {
    name: &'static str,
    script: &'static str,
}

impl Behaviour {
    pub(crate) fn find(name: &str) -> Option<Behaviour> {
        let &(name, script) = SCRIPTS.iter().find(|(program, _)| *program == name)?;
        Some(Behaviour { name, script })
    }
}

impl Program for Behaviour {
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        if process.env_mut().remove(INTRINSIC) {
            return Box::pin(intrinsic(process));
        }
        // npm is a script for node; node's part in it is played by npm's own.
        let is_npm = self.name == "node"
            && process.args().get(1).is_some_and(|file| {
                let name = file.as_slice();
                name.ends_with(b"/npm") || name.ends_with(b"/npm-cli.js")
            });
        let (script, skip) = match find("npm").filter(|_| is_npm) {
            Some(npm) => (npm, 2),
            None => (self.script, 1),
        };
        let exe = process.readlink("/proc/self/exe").unwrap_or_else(|_| process.arg0().to_owned());
        process.env_mut().set("GLASSHULL_EXE", &exe);
        let script = [PRELUDE, script].concat();
        let mut words: Vec<BString> = vec!["sh".into(), "-c".into(), script.into(), self.name.into()];
        words.extend(process.args().iter().skip(skip).cloned());
        process.set_args(words);
        Ash.run(process)
    }
}

async fn intrinsic(process: &mut Process) -> Exit {
    let words: Vec<String> = process.args().iter().skip(1).map(BString::to_string).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["date", format] => {
            let text = date(format, process.now());
            match process.print(format!("{text}\n")).await.and(process.flush().await) {
                Ok(()) => Exit::SUCCESS,
                Err(_) => Exit::FAILURE,
            }
        }
        ["sleep", seconds] => {
            let seconds = seconds.parse().unwrap_or(0);
            // A signal ends the program, not only its sleep.
            match process.sleep(Duration::from_secs(seconds)).await {
                Ok(()) => Exit::SUCCESS,
                Err(_) => Exit::FAILURE,
            }
        }
        ["serve", port] => serve(process, port).await,
        ["connect", host, port] => connect(process, host, port).await,
        _ => {
            process.eprint(format!("glasshull: no such intrinsic: {}\n", words.join(" "))).await;
            Exit(2)
        }
    }
}

/// Takes connections until a signal comes. Each gets a process that runs the same program, with the connection as
/// standard input and output; the script knows it by a variable that it set.
async fn serve(process: &mut Process, port: &str) -> Exit {
    let Some(listener) = port.parse().ok().and_then(|port| process.listen(port).ok()) else {
        return Exit::FAILURE;
    };
    loop {
        let Ok(connection) = process.accept(listener).await else { return Exit::FAILURE };
        let child = process.fork(move |mut child| async move {
            for fd in [STDIN, STDOUT] {
                // Both are open.
                let _ = child.dup2(connection, fd);
            }
            for fd in [connection, listener] {
                let _ = child.close(fd);
            }
            let path = child.env().get("GLASSHULL_EXE").map(BString::from).unwrap_or_default();
            let (argv, env) = ([path.clone()], child.env().clone());
            child.exec(&path, &argv, &env).await.unwrap_or(Exit::FAILURE)
        });
        // The parent's end; the child has its own.
        let _ = process.close(connection);
        if child.is_err() {
            return Exit::FAILURE;
        }
        while process.wait(WaitFor::Any, WaitFlags::NoHang).await.is_ok() {}
    }
}

/// Carries standard input to a port of this container, and what comes back to standard output.
async fn connect(process: &mut Process, host: &str, port: &str) -> Exit {
    if !host.starts_with("127.") {
        return Exit::FAILURE;
    }
    let Ok(port) = port.parse::<u16>() else { return Exit::FAILURE };
    let Ok(connection) = process.connect(port).await else { return Exit::FAILURE };
    let sent = match process.read_to_end(STDIN).await {
        Ok(bytes) => process.write_all(connection, &bytes).await,
        Err(errno) => Err(errno),
    };
    if sent.and_then(|()| process.shutdown_write(connection)).is_err() {
        return Exit::FAILURE;
    }
    let copied = match process.read_to_end(connection).await {
        Ok(bytes) => process.write_all(STDOUT, &bytes).await,
        Err(errno) => Err(errno),
    };
    if copied.is_ok() { Exit::SUCCESS } else { Exit::FAILURE }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// A time in UTC: `%a %d %b %Y %H %M %S %s`, and `%3N` for milliseconds.
fn date(format: &str, now: Time) -> String {
    let utc = now.utc();
    let month = MONTHS.get(usize::from(utc.month).wrapping_sub(1)).copied().unwrap_or_default();
    // The first of January 1970 was a Thursday.
    let day = usize::try_from(now.secs().div_euclid(86_400).rem_euclid(7)).unwrap_or_default();
    let fields = [
        ("%a", DAYS[day].to_owned()),
        ("%3N", format!("{:03}", utc.nanos / 1_000_000)),
        ("%d", format!("{:02}", utc.day)),
        ("%b", month.to_owned()),
        ("%Y", utc.year.to_string()),
        ("%H", format!("{:02}", utc.hour)),
        ("%M", format!("{:02}", utc.minute)),
        ("%S", format!("{:02}", utc.second)),
        ("%s", now.secs().to_string()),
    ];
    fields.iter().fold(format.to_owned(), |text, (field, value)| text.replace(field, value))
}
