use bstr::BString;

use super::ProcessImage;
use super::system_files::mount_table;
use crate::Pid;
use crate::machine::TICK;
use crate::sandbox::Sandbox;
use crate::state::ProcState;

/// Everything under `/proc/PID`.
pub(super) fn all(sandbox: &Sandbox, process: &ProcState) -> ProcessImage {
    let command = process.command.borrow();
    let cred = process.cred.borrow();
    let mut name = command.name.clone();
    name.push(b'\n');
    let environment =
        command.env.iter().map(|(name, value)| [name.as_ref(), b"=".as_slice(), value.as_ref()].concat());
    let files = vec![
        ("cmdline", joined(command.args.iter().map(|word| word.to_vec()))),
        ("environ", joined(environment)),
        ("comm", name),
        ("status", status(process)),
        ("stat", stat(process)),
        ("statm", BString::from("400 200 100 50 0 150 0\n")),
        ("mounts", mount_table(sandbox)),
        ("cgroup", BString::from("0::/\n")),
        ("limits", process.rlimits.borrow().table()),
        ("oom_score_adj", BString::from("0\n")),
    ];
    let seen = |place| {
        let path = sandbox.mounts.borrow().path_of(place, sandbox.root);
        path.unwrap_or_else(|| BString::from("/ (deleted)"))
    };
    let links = vec![
        ("exe", command.exe.clone()),
        ("cwd", seen(process.cwd.borrow().place())),
        ("root", seen(process.root.borrow().place())),
    ];
    let fds = process.fds.borrow();
    let own = process.listing.get().map(|fd| (fd, own_descriptors(process.pid)));
    let descriptors = fds.iter().map(|(fd, open)| (fd, open.file.path.clone())).chain(own).collect();
    ProcessImage { owner: (cred.uid, cred.gid), files, links, descriptors }
}

/// The directory of a process's descriptors.
pub(crate) fn own_descriptors(pid: Pid) -> BString {
    format!("/proc/{pid}/fd").into()
}

fn joined(strings: impl Iterator<Item = Vec<u8>>) -> BString {
    let mut all = BString::default();
    for string in strings {
        all.extend_from_slice(&string);
        all.push(0);
    }
    all
}

/// Letter and word of a process's state.
fn state(process: &ProcState) -> (char, &'static str) {
    if process.is_zombie() {
        ('Z', "zombie")
    } else if process.stopped.get() {
        ('T', "stopped")
    } else if process.blocked_on.get() == crate::BlockedOn::Nothing {
        ('R', "running")
    } else {
        ('S', "sleeping")
    }
}

fn status(process: &ProcState) -> BString {
    let (letter, word) = state(process);
    let cred = process.cred.borrow();
    let (uid, gid) = (cred.uid, cred.gid);
    let groups: Vec<String> = cred.groups.iter().map(|group| format!("{group} ")).collect();
    let name = process.command.borrow().name.clone();
    let text = format!(
        "Name:\t{name}\nUmask:\t{umask:04o}\nState:\t{letter} ({word})\nTgid:\t{pid}\nNgid:\t0\nPid:\t{pid}\n\
         PPid:\t{parent}\nTracerPid:\t0\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t{gid}\t{gid}\t{gid}\t{gid}\n\
         FDSize:\t64\nGroups:\t{groups}\nVmPeak:\t    1600 kB\nVmSize:\t    1600 kB\nVmRSS:\t     800 kB\n\
         Threads:\t1\nSigPnd:\t{pending:016x}\nSigBlk:\t{none:016x}\nSigIgn:\t{ignored:016x}\n\
         SigCgt:\t{caught:016x}\nCapInh:\t{none:016x}\nCapPrm:\t{effective:016x}\nCapEff:\t{effective:016x}\n\
         CapBnd:\t{bounding:016x}\nCapAmb:\t{none:016x}\nNoNewPrivs:\t{no_new}\n",
        umask = process.umask.get().bits(),
        pid = process.pid,
        parent = process.parent.get(),
        groups = groups.concat(),
        pending = process.pending.get(),
        none = 0,
        ignored = process.ignored.get(),
        caught = process.caught.get(),
        effective = if uid == 0 { cred.capabilities.bits() } else { 0 },
        bounding = cred.capabilities.bits(),
        no_new = u8::from(process.no_new_privileges.get()),
    );
    BString::from(text)
}

/// proc(5)'s fields of `stat`, up to the memory sizes; times are in hundredths of a second.
fn stat(process: &ProcState) -> BString {
    let (letter, _) = state(process);
    let hundredths = |nanos: u128| nanos / 10_000_000;
    let worked = hundredths(u128::from(process.steps.get()) * TICK.as_nanos());
    let started = hundredths(process.started.since(process.machine.booted).as_nanos());
    let tty = if process.tty.borrow().is_some() { 136 << 8 } else { 0 };
    let text = format!(
        "{pid} ({name}) {letter} {parent} {group} {session} {tty} {foreground} 4194304 100 0 0 0 {worked} 0 0 0 20 0 1 0 \
         {started} 1638400 200 18446744073709551615 0 0 0 0 0 0 0 {ignored} {caught} 0 0 0 17 0 0 0 0 0 0\n",
        pid = process.pid,
        name = process.command.borrow().name,
        parent = process.parent.get(),
        group = process.group.get(),
        session = process.session.get(),
        foreground = process.tty.borrow().as_ref().map_or(-1, |tty| i64::from(tty.foreground.get().0)),
        ignored = process.ignored.get(),
        caught = process.caught.get(),
    );
    BString::from(text)
}
