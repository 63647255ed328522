use std::rc::Rc;

use vfs::Errno;

use super::Process;
use crate::state::{BlockedOn, ProcState};
use crate::{ChildChange, ExitStatus, Pid};

/// Which children `wait` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitFor {
    /// Any child.
    Any,
    /// One child.
    Pid(Pid),
    /// The children in a process group.
    Group(Pid),
}

/// How `wait` waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WaitFlags {
    /// Until a child has ended.
    #[default]
    Block,
    /// Not at all: `EAGAIN` when none has ended yet (`WNOHANG`).
    NoHang,
}

impl Process {
    /// Waits for a child's end and buries it. `ECHILD` when there is none to wait for, `EINTR` when a caught signal
    /// came first.
    pub async fn wait(&mut self, which: WaitFor, flags: WaitFlags) -> Result<(Pid, ExitStatus), Errno> {
        let (pid, change) = self.wait_for(which, flags, Stops::Unseen).await?;
        match change {
            ChildChange::Ended(status) => Ok((pid, status)),
            // Not asked for.
            ChildChange::Stopped(_) => Err(Errno::ECHILD),
        }
    }

    /// Waits for a child's end, or for a signal that stops it (`WUNTRACED`). Each stop is told once.
    pub async fn wait_change(
        &mut self,
        which: WaitFor,
        flags: WaitFlags,
    ) -> Result<(Pid, ChildChange), Errno> {
        self.wait_for(which, flags, Stops::Told).await
    }

    async fn wait_for(
        &mut self,
        which: WaitFor,
        flags: WaitFlags,
        stops: Stops,
    ) -> Result<(Pid, ChildChange), Errno> {
        self.tick(1).await;
        if flags == WaitFlags::NoHang {
            return self.take_change(which, stops).unwrap_or(Err(Errno::EAGAIN));
        }
        let changed = self.block(BlockedOn::Child, |cx| {
            let changed = self.take_change(which, stops);
            if changed.is_none() {
                self.state.child_changed.register(cx.waker());
            }
            changed
        });
        changed.await?
    }

    /// Takes the zombie with the lowest number out of the process table, or the news of a stop; none when only live
    /// children match.
    fn take_change(&self, which: WaitFor, stops: Stops) -> Option<Result<(Pid, ChildChange), Errno>> {
        let processes = self.state.sandbox.processes.borrow();
        let matches = |child: &&Rc<ProcState>| {
            child.parent.get() == self.state.pid
                && match which {
                    WaitFor::Any => true,
                    WaitFor::Pid(pid) => child.pid == pid,
                    WaitFor::Group(group) => child.group.get() == group,
                }
        };
        let news = |child: &Rc<ProcState>| {
            let stop = if stops == Stops::Told { child.untold_stop.get() } else { None };
            let ended = child.status.get().map(ChildChange::Ended);
            ended.or(stop.map(ChildChange::Stopped)).map(|change| (child.pid, change))
        };
        let found = match which {
            WaitFor::Pid(pid) => {
                let child = processes.get(&pid).filter(matches);
                let Some(child) = child else { return Some(Err(Errno::ECHILD)) };
                news(child)
            }
            _ => {
                let mut children = processes.values().filter(matches).peekable();
                if children.peek().is_none() {
                    return Some(Err(Errno::ECHILD));
                }
                children.find_map(news)
            }
        };
        let (pid, change) = found?;
        if let ChildChange::Stopped(_) = change {
            processes.get(&pid)?.untold_stop.set(None);
            return Some(Ok((pid, change)));
        }
        drop(processes);
        let buried = self.state.sandbox.processes.borrow_mut().remove(&pid);
        self.state.sandbox.touch();
        drop(buried);
        Some(Ok((pid, change)))
    }
}

/// Whether a wait ends when a child stops.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stops {
    Unseen,
    Told,
}
