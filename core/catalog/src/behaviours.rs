//! Packaged programs that scripts of the catalogue play. The scripts run in our own shell, with a
//! function `intrinsic` for what no shell can do: listen on a port, know the time to the
//! millisecond.

use bstr::BString;
use kernel::{Exit, LocalBoxFuture, Process, Program};
use shell::Ash;
use vfs::Time;

/// Makes the program itself do an intrinsic instead of running its script.
const INTRINSIC: &str = "GLASSHULL_INTRINSIC";

/// Defines `intrinsic` for all scripts.
const PRELUDE: &str = "\
intrinsic() { GLASSHULL_INTRINSIC=1 \"$GLASSHULL_EXE\" \"$@\"; }
";

/// The scripts, by the name of the program.
const SCRIPTS: &[(&str, &str)] = &[("redis-server", include_str!("../behaviours/redis-server.sh"))];

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
        let exe = process.readlink("/proc/self/exe").unwrap_or_else(|_| process.arg0().to_owned());
        process.env_mut().set("GLASSHULL_EXE", &exe);
        let script = [PRELUDE, self.script].concat();
        let mut words: Vec<BString> = vec!["sh".into(), "-c".into(), script.into(), self.name.into()];
        words.extend(process.args().iter().skip(1).cloned());
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
        ["listen", port] => listen(process, port).await,
        _ => {
            process.eprint(format!("glasshull: no such intrinsic: {}\n", words.join(" "))).await;
            Exit(2)
        }
    }
}

/// Holds a port until a signal comes. Connections are taken and kept open.
async fn listen(process: &mut Process, port: &str) -> Exit {
    let Some(listener) = port.parse().ok().and_then(|port| process.listen(port).ok()) else {
        return Exit::FAILURE;
    };
    loop {
        if process.accept(listener).await.is_err() {
            return Exit::FAILURE;
        }
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time in UTC: `%d %b %Y %H %M %S %s`, and `%3N` for milliseconds.
fn date(format: &str, now: Time) -> String {
    let utc = now.utc();
    let month = MONTHS.get(usize::from(utc.month).wrapping_sub(1)).copied().unwrap_or_default();
    let fields = [
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
