//! A toy world for the engine: a base image, and a shell that knows a handful of commands.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test binary uses a part of it, and a panic is how a test fails"
)]

use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::{Exit, Loader, LocalBoxFuture, OpenFlags, Process, Program};
use vfs::{Content, Metadata, Mode, ProgramNote, Synthetic, Time, Tree};

/// When the toy world begins.
pub(crate) const START: Time = Time::from_secs(1_700_000_000);

/// The root file system of the base image.
pub(crate) fn rootfs() -> Tree {
    let mut tree = Tree::new(Metadata::new(0o755, START));
    for dir in ["/bin", "/etc", "/tmp", "/root"] {
        tree.mkdir_all(dir, 0o755, START).unwrap();
    }
    let program = |name: &str| {
        Content::synthetic(Synthetic { len: 1000, seed: 1, program: Some(ProgramNote::new(name)) })
    };
    for name in ["sh", "echo", "cat"] {
        tree.write_file(format!("/bin/{name}"), program(name), 0o755, START).unwrap();
    }
    let passwd = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/home/app:/bin/sh\n";
    tree.write_file("/etc/passwd", passwd, 0o644, START).unwrap();
    tree.write_file("/etc/group", "root:x:0:root\nwheel:x:10:root\napp:x:1000:\n", 0o644, START).unwrap();
    tree
}

/// Says the digest of a record of events, as `--view rawjson` writes it down, for `cargo xtask wasm32`.
pub(crate) fn note(name: &str, events: &[api::Event]) {
    if std::env::var_os("GLASSHULL_EVENTS").is_some() {
        let lines: Vec<String> = events.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        println!("events: engine: {name}: {}", digest::sha256(lines.join("\n")));
    }
}

/// Loads the toy programs.
pub(crate) struct Toys;

impl Loader for Toys {
    fn load(&self, note: &ProgramNote) -> Option<Rc<dyn Program>> {
        match note.text().to_str().ok()? {
            "sh" => Some(Rc::new(Shell)),
            "echo" | "cat" => Some(Rc::new(Applet)),
            _ => None,
        }
    }
}

/// One command from its arguments.
struct Applet;

impl Program for Applet {
    fn run<'p>(&'p self, p: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(async move {
            let mut words: Vec<String> =
                p.args().iter().map(|word| word.to_str_lossy().into_owned()).collect();
            words[0] = words[0].rsplit('/').next().unwrap_or_default().to_owned();
            command(p, words).await
        })
    }
}

/// `sh -c TEXT`: commands between `;` and `&&`, `$NAME`, and `> FILE` at the end of a command.
struct Shell;

impl Program for Shell {
    fn run<'p>(&'p self, p: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(async move {
            let Some(text) = p.args().last().cloned().filter(|_| p.args().len() > 1) else {
                return Exit::SUCCESS;
            };
            if text == "-c" {
                p.eprint("/bin/sh: -c requires an argument\n").await;
                return Exit(2);
            }
            let mut status = Exit::SUCCESS;
            for part in text.to_str_lossy().split(';') {
                for one in part.split("&&") {
                    status = line(p, one).await;
                    if let Some(code) = one.trim().strip_prefix("exit") {
                        return Exit(code.trim().parse().unwrap_or(status.0));
                    }
                    if !status.is_success() {
                        break;
                    }
                }
            }
            status
        })
    }
}

async fn line(p: &mut Process, text: &str) -> Exit {
    let (text, target) = match text.split_once(" > ") {
        Some((text, target)) => (text, Some(target.trim().to_owned())),
        None => (text, None),
    };
    let words: Vec<String> = text.split_whitespace().map(|word| value(p, word)).collect();
    let Some(name) = words.first().cloned() else { return Exit::SUCCESS };
    if let Some(target) = target {
        let flags = OpenFlags::OUTPUT;
        let fd = p.open(&target, flags, Mode::new(0o666)).await.unwrap();
        p.write_all(fd, format!("{}\n", words[1..].join(" ")).as_bytes()).await.unwrap();
        p.close(fd).unwrap();
        return Exit::SUCCESS;
    }
    if name == "exit" { Exit::SUCCESS } else { command(p, words).await }
}

fn value(p: &Process, word: &str) -> String {
    let variable =
        |name: &str| p.env().get(name).map(|value| value.to_str_lossy().into_owned()).unwrap_or_default();
    match word.strip_prefix('$') {
        Some(name) => variable(name),
        None => word.trim_matches(['"', '\'']).to_owned(),
    }
}

async fn command(p: &mut Process, words: Vec<String>) -> Exit {
    let args: Vec<&str> =
        words[1..].iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    let result = match &*words[0] {
        "echo" => p.print(format!("{}\n", args.join(" "))).await,
        "err" => {
            p.eprint(format!("{}\n", args.join(" "))).await;
            Ok(())
        }
        "pwd" => {
            let cwd = p.cwd();
            p.print(format!("{cwd}\n")).await
        }
        "env" => {
            let lines: Vec<String> =
                p.env().iter().map(|(name, value)| format!("{name}={value}\n")).collect();
            p.print(lines.concat()).await
        }
        "cat" => return cat(p, &args).await,
        "mkdir" => args.iter().try_for_each(|path| p.mkdir(path, Mode::new(0o777))),
        "rm" => args.iter().try_for_each(|path| p.unlink(path)),
        "sleep" => p.sleep(std::time::Duration::from_secs(args[0].parse().unwrap_or(0))).await,
        "forever" => loop {
            p.tick(1000).await;
        },
        "true" => return Exit::SUCCESS,
        "false" => return Exit::FAILURE,
        other => {
            p.eprint(format!("/bin/sh: {other}: not found\n")).await;
            return Exit(127);
        }
    };
    let flushed = p.flush().await;
    if result.and(flushed).is_ok() { Exit::SUCCESS } else { Exit::FAILURE }
}

async fn cat(p: &mut Process, args: &[&str]) -> Exit {
    if args.is_empty() {
        let bytes: BString = p.read_to_end(0).await.unwrap().into();
        return if p.print(&bytes).await.is_ok() { Exit::SUCCESS } else { Exit::FAILURE };
    }
    for path in args {
        let Ok(fd) = p.open(path, OpenFlags::RDONLY, Mode::new(0)).await else {
            p.eprint(format!("cat: can't open '{path}': No such file or directory\n")).await;
            return Exit::FAILURE;
        };
        let bytes = p.read_to_end(fd).await.unwrap();
        p.print(bytes).await.unwrap();
        p.close(fd).unwrap();
    }
    Exit::SUCCESS
}
