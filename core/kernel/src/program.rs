use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use vfs::{Content, ProgramNote};

use crate::{Exit, Process};

/// A boxed future of this single-threaded world.
pub type LocalBoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Something an executable file can be.
pub trait Program {
    /// Runs it in `process`, whose arguments, environment and descriptors are set up as after exec.
    fn run<'p>(&'p self, process: &'p mut Process) -> LocalBoxFuture<'p, Exit>;
}

/// Finds programs for executables; the kernel itself knows none.
pub trait Loader {
    /// The program that an executable's note names, or none when it is not simulated.
    fn load(&self, note: &ProgramNote) -> Option<Rc<dyn Program>>;

    /// The note that an executable at an absolute path would carry if it came from us: known by its content or its
    /// path.
    fn recognise(&self, _exe: &[u8], _content: &Content) -> Option<ProgramNote> {
        None
    }
}

/// A loader without programs.
impl Loader for () {
    fn load(&self, _: &ProgramNote) -> Option<Rc<dyn Program>> {
        None
    }
}
