use std::rc::Rc;

use vfs::Place;

use crate::sandbox::Sandbox;

/// A counted use of an inode: an open file, a working directory. An inode without names lives while it is used.
pub(crate) struct Pinned {
    sandbox: Rc<Sandbox>,
    place: Place,
}

impl Pinned {
    pub(crate) fn new(sandbox: &Rc<Sandbox>, place: Place) -> Self {
        *sandbox.pins.borrow_mut().entry(place).or_default() += 1;
        Pinned { sandbox: Rc::clone(sandbox), place }
    }

    pub(crate) fn place(&self) -> Place {
        self.place
    }
}

impl Clone for Pinned {
    fn clone(&self) -> Self {
        Pinned::new(&self.sandbox, self.place)
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        self.sandbox.unpin(self.place);
    }
}
