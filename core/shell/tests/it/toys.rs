//! Stand-ins for applets that scripts call and that do not exist yet.

use std::rc::Rc;

use bstr::BStr;
use kernel::{Exit, LocalBoxFuture, OpenFlags, Process, Program};
use vfs::Mode;

type Run = for<'p> fn(&'p mut Process) -> LocalBoxFuture<'p, Exit>;

const TOYS: &[(&str, Run)] = &[("ls", |p| Box::pin(ls(p))), ("touch", |p| Box::pin(touch(p)))];

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

async fn ls(p: &mut Process) -> Exit {
    let directory = p.args().get(1).cloned().unwrap_or_else(|| ".".into());
    let mut lines = Vec::new();
    let entries = match p.read_dir(&directory) {
        Ok(entries) => entries,
        Err(errno) => {
            p.eprint(format!("ls: {directory}: {errno}\n")).await;
            return Exit(1);
        }
    };
    for entry in entries {
        if !entry.name.starts_with(b".") {
            lines.extend_from_slice(&entry.name);
            lines.push(b'\n');
        }
    }
    p.write_all(1, &lines).await.unwrap();
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
