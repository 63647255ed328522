//! What less and more share: where nobody looks at a screen they copy, else keys come from the terminal.

use bstr::{BString, ByteSlice};
use kernel::{Exit, Fd, OpenFlags, Process, TermSettings, Termios};
use vfs::Mode;

use super::keyboard;
use crate::frame::say;
use crate::frame::stream::{self, CopyError, STDIN, STDOUT};
use crate::frame::table::Ended;

/// Copies the files, as cat does.
pub(super) async fn copy(p: &mut Process, files: Vec<BString>) -> Ended {
    let mut status = 0;
    for file in stream::or_stdin(files) {
        let Some(fd) = stream::open_or_warn(p, file.as_bstr()).await else {
            status = 1;
            continue;
        };
        let copied = stream::copy(p, fd, STDOUT, u64::MAX).await;
        stream::close(p, fd);
        match copied {
            Ok(_) => {}
            Err(CopyError::Read(errno)) => {
                say::errno(p, &file, errno).await;
                status = 1;
            }
            Err(CopyError::Write(errno)) => return Err(say::die_errno(p, "write error", errno).await),
        }
    }
    Ok(Exit(status))
}

/// The keyboard: the terminal itself, since standard input may be what is shown.
#[derive(Debug)]
pub(super) struct Keyboard {
    fd: Fd,
    saved: Option<Termios>,
    ahead: Vec<u8>,
}

impl Keyboard {
    /// Keys come as they are typed, and are not echoed.
    pub(super) async fn take(p: &mut Process) -> Self {
        let fd = p.open("/dev/tty", OpenFlags::RDONLY, Mode::default()).await.unwrap_or(STDIN);
        let saved = p.termios(fd).ok();
        if let Ok(settings) = p.term_settings(fd) {
            // It is a terminal.
            let _ = p.set_term_settings(fd, TermSettings { canonical: false, echo: false, ..settings });
        }
        Self { fd, saved, ahead: Vec::new() }
    }

    /// The next key. None at the end and for a signal.
    pub(super) async fn key(&mut self, p: &mut Process) -> Option<u32> {
        keyboard::read_key(p, self.fd, &mut self.ahead).await
    }

    /// The terminal is as it was.
    pub(super) fn restore(&self, p: &mut Process) {
        if let Some(termios) = self.saved {
            // It was a terminal.
            let _ = p.set_termios(self.fd, termios);
        }
    }
}
