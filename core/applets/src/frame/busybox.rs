//! The multi-call binary: one program, the applet chosen by its name.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, LocalBoxFuture, Process, Program};
use vfs::Errno;

use super::stream::STDOUT;
use super::table::{Applet, Ended, Place, find, leave, table};
use super::{say, usage};

/// The program that `/bin/busybox` is: runs the applet that `argv[0]` names.
#[derive(Debug, Clone, Copy, Default)]
pub struct Busybox;

impl Program for Busybox {
    fn run<'p>(&'p self, p: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(run(p))
    }
}

async fn run(p: &mut Process) -> Exit {
    let name = say::name(p);
    if name.starts_with(b"busybox") {
        let ended = multi_call(p).await;
        return leave(p, ended).await;
    }
    run_named(p, name.as_bstr()).await
}

async fn run_named(p: &mut Process, name: &BStr) -> Exit {
    match find(name) {
        Some(applet) => run_applet(p, applet).await,
        None => {
            p.eprint(bytes!("{}: applet not found\n", name)).await;
            Exit(127)
        }
    }
}

/// Runs an applet; `--help` as the first argument shows its usage text, with status 0.
pub async fn run_applet(p: &mut Process, applet: &Applet) -> Exit {
    let asks_for_help = p.args().get(1).is_some_and(|word| word == "--help") && !applet.usage.is_empty();
    if asks_for_help { usage::misuse(p, applet.usage, 0).await } else { (applet.run)(p).await }
}

async fn multi_call(p: &mut Process) -> Ended {
    let args = p.args()[1..].to_vec();
    let Some(first) = args.first() else { return overview(p).await };
    match first.as_slice() {
        b"--help" if args.len() == 1 => overview(p).await,
        b"--help" => {
            let name = args[1].clone();
            p.set_args(vec![name.clone(), "--help".into()]);
            Ok(run_named(p, name.as_bstr()).await)
        }
        b"--list" => list(p, |name, _| name.into()).await,
        b"--list-full" => list(p, |name, place| bytes!("{}/{}", place.directory(), name)).await,
        b"--install" => install(p, &args[1..]).await,
        _ => {
            p.set_args(args.clone());
            Ok(run_named(p, say::name(p).as_bstr()).await)
        }
    }
}

/// Names that another program of this binary answers to.
const SHELLS: [(&str, Place); 2] = [("ash", Place::Bin), ("sh", Place::Bin)];

async fn list(p: &mut Process, line: fn(&str, Place) -> BString) -> Ended {
    let mut lines: Vec<(&str, BString)> = table()
        .into_iter()
        .map(|applet| (applet.name, bytes!("{}\n", line(applet.name, applet.place))))
        .collect();
    // The shell is on a higher floor.
    for (shell, place) in SHELLS {
        lines.push((shell, bytes!("{}\n", line(shell, place))));
    }
    lines.sort_by_key(|(name, _)| *name);
    let lines: Vec<BString> = lines.into_iter().map(|(_, line)| line).collect();
    say::print(p, lines.concat()).await?;
    Ok(Exit(0))
}

const OVERVIEW: &str = "
Usage: busybox [function [arguments]...]
   or: busybox --list[-full]
   or: busybox --install [-s] [DIR]
   or: function [arguments]...

	One program stands for many: it acts as the command whose name it is
	called by. Each command is a link to it.

Currently defined functions:
";

/// The widest line of the list of applets.
const COLUMNS: usize = 80;

async fn overview(p: &mut Process) -> Ended {
    let mut text = BString::from(usage::BANNER);
    text.extend_from_slice(OVERVIEW.as_bytes());
    let mut column = 0;
    let names = table();
    for (index, applet) in names.iter().enumerate() {
        if column + applet.name.len() + 2 > COLUMNS - 8 || index == 0 {
            text.extend_from_slice(if index == 0 { b"\t" } else { b"\n\t" });
            column = 0;
        }
        let separator = if index + 1 == names.len() { "\n" } else { ", " };
        text.extend_from_slice(applet.name.as_bytes());
        text.extend_from_slice(if column + applet.name.len() + 2 > COLUMNS - 9 {
            b","
        } else {
            separator.as_bytes()
        });
        column += applet.name.len() + 2;
    }
    p.write_all(STDOUT, &text).await.map_err(|_| Exit(1))?;
    Ok(Exit(0))
}

/// `--install [-s] [DIR]`: a link to this program for each applet, in its own place or all in DIR.
async fn install(p: &mut Process, args: &[BString]) -> Ended {
    let symbolic = args.first().is_some_and(|arg| arg == "-s");
    let directory = args.get(usize::from(symbolic)).cloned();
    let program = p.readlink("/proc/self/exe").unwrap_or_else(|_| "/bin/busybox".into());
    for applet in table() {
        let link = match &directory {
            Some(directory) => bytes!("{}/{}", directory, applet.name),
            None => bytes!("/{}/{}", applet.place.directory(), applet.name),
        };
        let made = if symbolic { p.symlink(&program, &link) } else { p.link(&program, &link) };
        match made {
            Ok(()) | Err(Errno::EEXIST) => {}
            Err(errno) => say::errno(p, &link, errno).await,
        }
    }
    Ok(Exit(0))
}
