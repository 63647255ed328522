//! Locks on whole files (`flock(2)`): they belong to the open file description.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use vfs::{Errno, Place};

use crate::Fd;
use crate::file::OpenFile;
use crate::process::Process;
use crate::ready::WaitQueue;
use crate::state::BlockedOn;

/// What `flock(2)` is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Others may share it (`LOCK_SH`).
    Shared,
    /// Nobody else has one (`LOCK_EX`).
    Exclusive,
    /// None any more (`LOCK_UN`).
    Unlock,
}

/// The locks on one inode.
#[derive(Default)]
pub(crate) struct Holders {
    shared: Cell<u32>,
    exclusive: Cell<bool>,
    changed: WaitQueue,
}

/// The inodes of a sandbox that are locked.
pub(crate) type Locks = RefCell<BTreeMap<Place, Weak<Holders>>>;

/// A lock that an open file description has; it goes with the description.
pub(crate) struct Held {
    holders: Rc<Holders>,
    exclusive: bool,
}

impl Holders {
    fn try_take(self: &Rc<Self>, lock: Lock) -> Option<Held> {
        let exclusive = lock == Lock::Exclusive;
        if self.exclusive.get() || exclusive && self.shared.get() > 0 {
            return None;
        }
        if exclusive {
            self.exclusive.set(true);
        } else {
            self.shared.set(self.shared.get() + 1);
        }
        Some(Held { holders: Rc::clone(self), exclusive })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.exclusive {
            self.holders.exclusive.set(false);
        } else {
            self.holders.shared.set(self.holders.shared.get() - 1);
        }
        self.holders.changed.wake_all();
    }
}

impl Process {
    /// Takes, changes or drops the lock of a description; waits for others unless `at_once`, which gives `EAGAIN`.
    /// What has no inode is never locked by anybody else. A lock that is changed is lost while others are waited for,
    /// as on Linux.
    pub async fn flock(&mut self, fd: Fd, lock: Lock, at_once: bool) -> Result<(), Errno> {
        self.tick(1).await;
        let file = self.file(fd)?;
        drop(file.lock.take());
        let Some(holders) = self.holders(&file).filter(|_| lock != Lock::Unlock) else { return Ok(()) };
        if at_once {
            file.lock.replace(Some(holders.try_take(lock).ok_or(Errno::EAGAIN)?));
            return Ok(());
        }
        let held = self
            .block(BlockedOn::Lock, |cx| {
                let held = holders.try_take(lock);
                if held.is_none() {
                    holders.changed.register(cx.waker());
                }
                held
            })
            .await?;
        file.lock.replace(Some(held));
        Ok(())
    }

    fn holders(&self, file: &OpenFile) -> Option<Rc<Holders>> {
        let place = file.node()?.place();
        let mut locks = self.state.sandbox.locks.borrow_mut();
        locks.retain(|_, holders| holders.strong_count() > 0);
        if let Some(holders) = locks.get(&place).and_then(Weak::upgrade) {
            return Some(holders);
        }
        let holders = Rc::new(Holders::default());
        locks.insert(place, Rc::downgrade(&holders));
        Some(holders)
    }
}
