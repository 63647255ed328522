//! `docker run --init`: the small first process that passes signals on and buries the dead.

use std::rc::Rc;

use bstr::BString;
use kernel::{
    Action, Exit, Loader, LocalBoxFuture, MountSpec, Pid, PidTarget, Process, Program, Signal, WaitFlags,
    WaitFor,
};
use vfs::{Content, Errno, Metadata, Node, ProgramNote, Synthetic, Time, Tree};

/// How it is called: the container's own words follow.
pub(super) const COMMAND: [&str; 2] = [PATH, "--"];
const PATH: &str = "/sbin/docker-init";
const NOTE: &str = "docker-init";
/// Its size in Debian's docker.io 20.10.
const SIZE: u64 = 708_080;

/// The program as docker mounts it.
pub(super) fn mount(now: Time) -> MountSpec {
    let program = Synthetic { len: SIZE, seed: 0, program: Some(ProgramNote::new(NOTE)) };
    MountSpec {
        shows: None,
        target: PATH.into(),
        tree: Tree::with_root(Node::File(Content::synthetic(program)), Metadata::new(0o755, now)),
        read_only: true,
        fs_type: "ext4".into(),
        source: "/dev/vda1[/usr/bin/docker-init]".into(),
    }
}

/// A loader that knows this program as well.
pub(super) fn beside(others: Rc<dyn Loader>) -> Rc<dyn Loader> {
    Rc::new(WithInit(others))
}

struct WithInit(Rc<dyn Loader>);

impl Loader for WithInit {
    fn load(&self, note: &ProgramNote) -> Option<Rc<dyn Program>> {
        match note.text() == NOTE {
            true => Some(Rc::new(Init)),
            false => self.0.load(note),
        }
    }

    fn recognise(&self, exe: &[u8], content: &Content) -> Option<ProgramNote> {
        self.0.recognise(exe, content)
    }
}

/// tini, by its behaviour: <https://github.com/krallin/tini>.
struct Init;

impl Program for Init {
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        Box::pin(main(process))
    }
}

async fn main(p: &mut Process) -> Exit {
    let words: Vec<BString> = p.args().iter().skip(COMMAND.len()).cloned().collect();
    let is_passed_on = |signal: &Signal| ![Signal::KILL, Signal::STOP, Signal::CHLD].contains(signal);
    let signals: Vec<Signal> = (1..=31).filter_map(Signal::from_number).filter(is_passed_on).collect();
    for signal in &signals {
        // Only KILL and STOP cannot be caught, and they are not among these.
        let _ = p.signal_action(*signal, Action::Catch);
    }
    let child = match p.spawn(&words).await {
        Ok(child) => child,
        Err(errno) => {
            let name = words.first().cloned().unwrap_or_default();
            // The process that finds this out is the child.
            p.eprint(format!("[FATAL tini (2)] exec {name} failed: {errno}\n")).await;
            return Exit(if errno == Errno::ENOENT { 127 } else { 126 });
        }
    };
    loop {
        match p.wait(WaitFor::Any, WaitFlags::Block).await {
            Ok((pid, status)) if pid == child => return Exit(status.code()),
            Ok(_) => {}
            Err(Errno::EINTR) => pass_on(p, child),
            Err(_) => return Exit(1),
        }
    }
}

fn pass_on(p: &mut Process, child: Pid) {
    while let Some(signal) = p.take_signal() {
        // It may have ended meanwhile, which the next wait tells.
        let _ = p.kill(PidTarget::Process(child), signal);
    }
}
