use std::rc::Rc;

use applets::Busybox;
use bstr::ByteSlice;
use kernel::{Exit, Loader, LocalBoxFuture, Process, Program};
use shell::Ash;
use vfs::ProgramNote;

/// The programs that executables stand for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Programs;

impl Loader for Programs {
    fn load(&self, note: &ProgramNote) -> Option<Rc<dyn Program>> {
        match *note == ProgramNote::new("busybox") {
            true => Some(Rc::new(MultiCall)),
            false => None,
        }
    }
}

/// `/bin/busybox`: the shell by its two names, else the applets.
struct MultiCall;

impl Program for MultiCall {
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit> {
        match is_shell(process) {
            true => Ash.run(process),
            false => Busybox.run(process),
        }
    }
}

/// Whether the name, or with `busybox sh` the first argument, is the shell's; in that case the arguments become its own.
fn is_shell(process: &mut Process) -> bool {
    let names = |word: &[u8]| {
        let name = word.rsplit_str("/").next().unwrap_or(word);
        matches!(name.strip_prefix(b"-").unwrap_or(name), b"sh" | b"ash")
    };
    let args = process.args().to_vec();
    match args.as_slice() {
        [first, ..] if names(first) => true,
        [first, second, ..] if first.ends_with(b"busybox") && names(second) => {
            process.set_args(args[1..].to_vec());
            true
        }
        _ => false,
    }
}
