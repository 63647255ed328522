//! The few programs that scripts in the fixtures call.

use std::rc::Rc;
use std::time::Duration;

use bstr::{BStr, ByteSlice};
use kernel::{Exit, LocalBoxFuture, OpenFlags, Process, Program};
use vfs::Mode;

type Run = for<'p> fn(&'p mut Process) -> LocalBoxFuture<'p, Exit>;

const TOYS: &[(&str, Run)] = &[
    ("cat", |p| Box::pin(cat(p))),
    ("echo", |p| Box::pin(echo(p))),
    ("env", |p| Box::pin(env(p))),
    ("ls", |p| Box::pin(ls(p))),
    ("mkdir", |p| Box::pin(mkdir(p))),
    ("printf", |p| Box::pin(printf(p))),
    ("sleep", |p| Box::pin(sleep(p))),
    ("touch", |p| Box::pin(touch(p))),
];

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TOYS.iter().map(|toy| toy.0)
}

struct Toy(Run);

impl Program for Toy {
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        (self.0)(process)
    }
}

pub(crate) fn find(name: &BStr) -> Option<Rc<dyn Program>> {
    let toy = TOYS.iter().find(|toy| name == toy.0)?;
    Some(Rc::new(Toy(toy.1)))
}

async fn cat(p: &mut Process) -> Exit {
    let mut names: Vec<_> = p.args()[1..].to_vec();
    if names.is_empty() {
        names.push("-".into());
    }
    for name in names {
        let fd = match name.as_slice() {
            b"-" => 0,
            path => match p.open(path, OpenFlags::RDONLY, Mode::new(0)).await {
                Ok(fd) => fd,
                Err(errno) => {
                    p.eprint(format!("cat: can't open '{name}': {errno}\n")).await;
                    return Exit(1);
                }
            },
        };
        loop {
            match p.read(fd, 4096).await {
                Ok(bytes) if bytes.is_empty() => break,
                Ok(bytes) => {
                    if p.write_all(1, &bytes).await.is_err() {
                        return Exit(1);
                    }
                }
                Err(errno) => {
                    p.eprint(format!("cat: read error: {errno}\n")).await;
                    return Exit(1);
                }
            }
        }
    }
    Exit(0)
}

async fn env(p: &mut Process) -> Exit {
    let lines: Vec<u8> =
        p.env().iter().flat_map(|(name, value)| format!("{name}={value}\n").into_bytes()).collect();
    p.write_all(1, &lines).await.unwrap();
    Exit(0)
}

async fn ls(p: &mut Process) -> Exit {
    let directory = p.args().get(1).cloned().unwrap_or_else(|| ".".into());
    let mut lines = Vec::new();
    for entry in p.read_dir(&directory).unwrap() {
        if !entry.name.starts_with(b".") {
            lines.extend_from_slice(&entry.name);
            lines.push(b'\n');
        }
    }
    p.write_all(1, &lines).await.unwrap();
    Exit(0)
}

async fn mkdir(p: &mut Process) -> Exit {
    let names = p.args()[1..].to_vec();
    for name in names {
        p.mkdir(&name, Mode::new(0o777)).unwrap();
    }
    Exit(0)
}

async fn touch(p: &mut Process) -> Exit {
    let names = p.args()[1..].to_vec();
    for name in names {
        let fd = p.open(&name, OpenFlags::WRONLY | OpenFlags::CREAT, Mode::new(0o666)).await.unwrap();
        p.close(fd).unwrap();
    }
    Exit(0)
}

async fn sleep(p: &mut Process) -> Exit {
    let seconds: f64 = p.args()[1].to_str().unwrap().parse().unwrap();
    // Nothing is caught here, so nothing interrupts.
    let _ = p.sleep(Duration::from_secs_f64(seconds)).await;
    Exit(0)
}

async fn echo(p: &mut Process) -> Exit {
    let mut line = bstr::join(" ", &p.args()[1..]);
    line.push(b'\n');
    p.write_all(1, &line).await.unwrap();
    Exit(0)
}

/// `%s`, `%d`, `\n`, `\t` and `\\` only.
async fn printf(p: &mut Process) -> Exit {
    let format = p.args()[1].clone();
    let mut values = p.args()[2..].iter().cloned();
    let mut text = Vec::new();
    let mut bytes = format.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\\' => text.push(match bytes.next().unwrap() {
                b'n' => b'\n',
                b't' => b'\t',
                other => *other,
            }),
            b'%' => {
                bytes.next();
                text.extend_from_slice(&values.next().unwrap_or_default());
            }
            byte => text.push(byte),
        }
    }
    p.write_all(1, &text).await.unwrap();
    Exit(0)
}
