use std::rc::Rc;

use vfs::Errno;

use super::Process;
use crate::state::{BlockedOn, ProcState};
use crate::{ExitStatus, Pid};

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
        self.tick(1).await;
        if flags == WaitFlags::NoHang {
            return self.bury(which).unwrap_or(Err(Errno::EAGAIN));
        }
        let ended = self.block(BlockedOn::Child, |cx| {
            let ended = self.bury(which);
            if ended.is_none() {
                self.state.child_changed.register(cx.waker());
            }
            ended
        });
        ended.await?
    }

    /// Takes the zombie with the lowest number out of the process table; none when only live children match.
    fn bury(&self, which: WaitFor) -> Option<Result<(Pid, ExitStatus), Errno>> {
        let processes = self.state.sandbox.processes.borrow();
        let matches = |child: &&Rc<ProcState>| {
            child.parent.get() == self.state.pid
                && match which {
                    WaitFor::Any => true,
                    WaitFor::Pid(pid) => child.pid == pid,
                    WaitFor::Group(group) => child.group.get() == group,
                }
        };
        let ended = match which {
            WaitFor::Pid(pid) => {
                let child = processes.get(&pid).filter(matches);
                let Some(child) = child else { return Some(Err(Errno::ECHILD)) };
                child.status.get().map(|status| (pid, status))
            }
            _ => {
                let mut children = processes.values().filter(matches).peekable();
                if children.peek().is_none() {
                    return Some(Err(Errno::ECHILD));
                }
                children.find_map(|child| Some((child.pid, child.status.get()?)))
            }
        };
        drop(processes);
        let (pid, status) = ended?;
        let buried = self.state.sandbox.processes.borrow_mut().remove(&pid);
        self.state.sandbox.touch();
        drop(buried);
        Some(Ok((pid, status)))
    }
}
