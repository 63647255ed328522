/// The terminal without its own echo, line editing and signal keys, until this is dropped.
#[cfg(unix)]
pub(super) struct Raw(rustix::termios::Termios);

#[cfg(unix)]
impl Raw {
    /// None where standard input is no terminal.
    pub(super) fn enter() -> Option<Raw> {
        use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

        let stdin = std::io::stdin();
        let before = tcgetattr(&stdin).ok()?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(&stdin, OptionalActions::Now, &raw).ok()?;
        Some(Raw(before))
    }
}

#[cfg(unix)]
impl Drop for Raw {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};

        // A terminal that is gone needs nothing back.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// Elsewhere the terminal stays as it is, and what is typed shows twice.
#[cfg(not(unix))]
pub(super) struct Raw;

#[cfg(not(unix))]
impl Raw {
    pub(super) fn enter() -> Option<Raw> {
        None
    }
}
