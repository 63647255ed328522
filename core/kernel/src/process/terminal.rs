use std::rc::Rc;

use vfs::Errno;

use super::Process;
use crate::file::FileKind;
use crate::tty::{TermSettings, Tty};
use crate::{Fd, Pid};

impl Process {
    fn terminal(&self, fd: Fd) -> Result<Rc<Tty>, Errno> {
        match &self.file(fd)?.kind {
            FileKind::Terminal { tty, .. } => Ok(Rc::clone(tty)),
            _ => Err(Errno::ENOTTY),
        }
    }

    /// The settings of a terminal. `ENOTTY` for anything else.
    pub fn term_settings(&self, fd: Fd) -> Result<TermSettings, Errno> {
        Ok(self.terminal(fd)?.settings.get())
    }

    /// Changes the settings of a terminal.
    pub fn set_term_settings(&mut self, fd: Fd, settings: TermSettings) -> Result<(), Errno> {
        self.terminal(fd)?.settings.set(settings);
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
