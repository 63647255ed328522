use std::rc::Rc;

use bstr::{BStr, BString, ByteSlice};
use vfs::{Capability, Cred, Errno, Mode};

use super::Process;
use crate::uname::{UNAME, Uname};
use crate::{Env, Network, Pid};

impl Process {
    /// The arguments, the program's name first.
    pub fn args(&self) -> &[BString] {
        &self.args
    }

    /// Replaces the arguments that [`Process::args`] gives: for programs that run another in their place.
    pub fn set_args(&mut self, args: Vec<BString>) {
        self.args = Rc::new(args);
    }

    /// The program's name as it was called: argument 0.
    pub fn arg0(&self) -> &BStr {
        self.args.first().map(|name| name.as_bstr()).unwrap_or_default()
    }

    /// The environment.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// The environment, to be changed; children get it.
    pub fn env_mut(&mut self) -> &mut Env {
        Rc::make_mut(&mut self.env)
    }

    /// Its number.
    pub fn pid(&self) -> Pid {
        self.state.pid
    }

    /// Its parent's number; 0 for an initial process.
    pub fn ppid(&self) -> Pid {
        self.state.parent.get()
    }

    /// User and groups.
    pub fn cred(&self) -> Rc<Cred> {
        self.credentials()
    }

    /// Changes the user. `EPERM` unless it has the capability or stays the same.
    pub fn setuid(&mut self, uid: u32) -> Result<(), Errno> {
        self.change_cred(|cred| {
            let allowed = cred.can(Capability::SETUID) || cred.uid == uid;
            cred.uid = uid;
            allowed
        })
    }

    /// Changes the group. `EPERM` unless it has the capability or stays the same.
    pub fn setgid(&mut self, gid: u32) -> Result<(), Errno> {
        self.change_cred(|cred| {
            let allowed = cred.can(Capability::SETGID) || cred.gid == gid;
            cred.gid = gid;
            allowed
        })
    }

    /// Changes the supplementary groups. `EPERM` without the capability.
    pub fn setgroups(&mut self, groups: Vec<u32>) -> Result<(), Errno> {
        self.change_cred(|cred| {
            cred.groups = groups;
            cred.can(Capability::SETGID)
        })
    }

    /// Whether set-id bits of programs do not count (`PR_GET_NO_NEW_PRIVS`).
    pub fn no_new_privileges(&self) -> bool {
        self.state.no_new_privileges.get()
    }

    /// From now on set-id bits of programs do not count, for children neither (`PR_SET_NO_NEW_PRIVS`).
    pub fn set_no_new_privileges(&mut self) {
        self.state.no_new_privileges.set(true);
    }

    fn change_cred(&mut self, change: impl FnOnce(&mut Cred) -> bool) -> Result<(), Errno> {
        let mut cred = (*self.credentials()).clone();
        if !change(&mut cred) {
            return Err(Errno::EPERM);
        }
        *self.state.cred.borrow_mut() = Rc::new(cred);
        Ok(())
    }

    /// The file creation mask.
    pub fn umask(&self) -> Mode {
        self.state.umask.get()
    }

    /// Sets the file creation mask and returns the old one.
    pub fn set_umask(&mut self, mask: Mode) -> Mode {
        self.state.umask.replace(Mode::new(mask.bits() & 0o777))
    }

    /// The process group.
    pub fn getpgid(&self) -> Pid {
        self.state.group.get()
    }

    /// The session.
    pub fn getsid(&self) -> Pid {
        self.state.session.get()
    }

    /// Puts a process (0: this one) into a group (0: one of its own). `ESRCH` unless it is this process or a child,
    /// `EPERM` for a session leader or another session.
    pub fn setpgid(&mut self, pid: Pid, group: Pid) -> Result<(), Errno> {
        self.charge_steps(1);
        let pid = if pid == Pid(0) { self.state.pid } else { pid };
        let target = self.state.sandbox.process(pid).ok_or(Errno::ESRCH)?;
        if pid != self.state.pid && target.parent.get() != self.state.pid {
            return Err(Errno::ESRCH);
        }
        let session = self.state.session.get();
        if target.session.get() == pid || target.session.get() != session {
            return Err(Errno::EPERM);
        }
        let group = if group == Pid(0) { pid } else { group };
        let exists = |process: &crate::state::ProcState| {
            process.group.get() == group && process.session.get() == session
        };
        if group != pid && self.state.sandbox.select(exists).is_empty() {
            return Err(Errno::EPERM);
        }
        target.group.set(group);
        Ok(())
    }

    /// Begins a session without a terminal. `EPERM` for the leader of a group.
    pub fn setsid(&mut self) -> Result<Pid, Errno> {
        let pid = self.state.pid;
        if self.state.group.get() == pid {
            return Err(Errno::EPERM);
        }
        self.state.group.set(pid);
        self.state.session.set(pid);
        self.state.tty.replace(None);
        Ok(pid)
    }

    /// The network that the sandbox sees.
    pub fn network(&self) -> Network {
        self.state.sandbox.network.get()
    }

    /// The host name.
    pub fn hostname(&self) -> BString {
        self.state.sandbox.hostname.borrow().clone()
    }

    /// Sets the host name. `EPERM` without the capability, which containers lack.
    pub fn sethostname(&mut self, name: &[u8]) -> Result<(), Errno> {
        if !self.credentials().can(Capability::SYS_ADMIN) {
            return Err(Errno::EPERM);
        }
        *self.state.sandbox.hostname.borrow_mut() = name.into();
        Ok(())
    }

    /// What `uname(2)` tells, but for the host name.
    pub fn uname(&self) -> &'static Uname {
        &UNAME
    }

    /// Numbers of the live processes and zombies of the sandbox, ascending.
    pub fn processes(&self) -> Vec<Pid> {
        self.state.sandbox.processes.borrow().keys().copied().collect()
    }
}
