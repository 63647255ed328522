use std::rc::Rc;

use vfs::Errno;

use super::Process;
use crate::file::FileKind;
use crate::signal_delivery::Origin;
use crate::tty::{TermSettings, Tty};
use crate::{Fd, Pid, Signal, Termios};

impl Process {
    fn terminal(&self, fd: Fd) -> Result<Rc<Tty>, Errno> {
        match &self.file(fd)?.kind {
            FileKind::Terminal { tty, .. } => Ok(Rc::clone(tty)),
            _ => Err(Errno::ENOTTY),
        }
    }

    /// The settings of a terminal. `ENOTTY` for anything else.
    pub fn term_settings(&self, fd: Fd) -> Result<TermSettings, Errno> {
        Ok(self.terminal(fd)?.settings())
    }

    /// Changes the settings of a terminal.
    pub fn set_term_settings(&mut self, fd: Fd, settings: TermSettings) -> Result<(), Errno> {
        let tty = self.terminal(fd)?;
        tty.termios.set(tty.termios.get().with(settings));
        Ok(())
    }

    /// All settings of a terminal. `ENOTTY` for anything else.
    pub fn termios(&self, fd: Fd) -> Result<Termios, Errno> {
        Ok(self.terminal(fd)?.termios.get())
    }

    /// Changes all settings of a terminal.
    pub fn set_termios(&mut self, fd: Fd, termios: Termios) -> Result<(), Errno> {
        self.terminal(fd)?.termios.set(termios);
        Ok(())
    }

    /// Changes columns and rows of a terminal; the foreground is told (`SIGWINCH`).
    pub fn set_term_size(&mut self, fd: Fd, size: (u16, u16)) -> Result<(), Errno> {
        let tty = self.terminal(fd)?;
        if tty.size.replace(size) != size {
            self.state.sandbox.signal_group(tty.foreground.get(), Signal::WINCH, Origin::Inside);
        }
        Ok(())
    }

    /// Makes a terminal that of this session (`TIOCSCTTY`). `EPERM` for who does not lead it or has one already.
    pub fn take_terminal(&mut self, fd: Fd) -> Result<(), Errno> {
        let tty = self.terminal(fd)?;
        let mut own = self.state.tty.borrow_mut();
        if self.state.session.get() != self.state.pid || own.is_some() {
            return Err(Errno::EPERM);
        }
        tty.foreground.set(self.state.group.get());
        *own = Some(tty);
        Ok(())
    }

    /// Columns and rows of a terminal.
    pub fn term_size(&self, fd: Fd) -> Result<(u16, u16), Errno> {
        Ok(self.terminal(fd)?.size.get())
    }

    /// The process group in the foreground of a terminal.
    pub fn foreground(&self, fd: Fd) -> Result<Pid, Errno> {
        Ok(self.terminal(fd)?.foreground.get())
    }

    /// Puts a process group into the foreground of a terminal.
    pub fn set_foreground(&mut self, fd: Fd, group: Pid) -> Result<(), Errno> {
        self.terminal(fd)?.foreground.set(group);
        Ok(())
    }
}
