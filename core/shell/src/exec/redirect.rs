//! Redirections.

use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::{Exit, Fd, OpenFlags, Process};
use vfs::{Errno, FileType, Mode};

use super::{Machine, Raise};
use crate::ast::{FileMode, Redirect, RedirectTarget};
use crate::state::Opt;

/// Saved descriptors are moved out of the way of those that scripts use.
pub(crate) const FIRST_SAVED: Fd = 10;

/// Descriptors as they were before redirections: each with its copy, or none where it was closed.
#[derive(Debug, Default)]
pub(crate) struct SavedFds(Vec<(Fd, Option<Fd>)>);

impl SavedFds {
    /// Where a descriptor was before: its copy, or itself when it was not redirected.
    pub(super) fn copy_of(&self, fd: Fd) -> Fd {
        let entry = self.0.iter().find(|(saved, _)| *saved == fd);
        entry.and_then(|(_, copy)| *copy).unwrap_or(fd)
    }

    /// Whether a descriptor has been redirected.
    pub(super) fn has(&self, fd: Fd) -> bool {
        self.0.iter().any(|(saved, _)| *saved == fd)
    }

    /// Makes the redirections permanent.
    pub(super) fn forget(self, p: &mut Process) {
        for copy in self.0.into_iter().filter_map(|(_, copy)| copy) {
            // The copy is ours and open.
            let _ = p.close(copy);
        }
    }
}

impl Machine {
    /// Performs redirections in order. On an error, those already performed are undone.
    pub(super) async fn redirect(
        &mut self,
        p: &mut Process,
        redirects: &[Redirect],
    ) -> Result<Option<SavedFds>, Raise> {
        if redirects.is_empty() {
            return Ok(None);
        }
        let mut saved = SavedFds::default();
        for redirect in redirects {
            if let Err(raise) = self.redirect_one(p, redirect, &mut saved).await {
                self.restore(p, saved);
                return Err(raise);
            }
        }
        Ok(Some(saved))
    }

    /// Puts descriptors back.
    pub(super) fn restore(&mut self, p: &mut Process, saved: SavedFds) {
        for (fd, copy) in saved.0.into_iter().rev() {
            // Failures have no one to tell: the descriptors were open when they were saved.
            let _ = match copy {
                Some(copy) => p.dup2(copy, fd).and_then(|_| p.close(copy)),
                None => p.close(fd),
            };
            if self.script_fd == Some(fd) {
                let _ = p.set_cloexec(fd, true);
            }
        }
    }

    /// A redirection of a command that is not special has failed: the message, and status 1.
    pub(super) async fn redirect_failed(&mut self, p: &mut Process, raise: Raise) -> Result<(), Raise> {
        match raise {
            Raise::Error { mut message, status: 1 } => {
                message.push(b'\n');
                p.eprint(&message).await;
                self.state.status = 1;
                Ok(())
            }
            other => Err(other),
        }
    }

    async fn redirect_one(
        &mut self,
        p: &mut Process,
        redirect: &Redirect,
        saved: &mut SavedFds,
    ) -> Result<(), Raise> {
        let fd = Fd::try_from(redirect.fd).unwrap_or(Fd::MAX);
        match &redirect.target {
            RedirectTarget::File(mode, word) => {
                let name = self.expand_text(p, word).await?;
                let opened = self.open_target(p, *mode, &name).await?;
                self.install(p, opened, fd, saved)?;
                if *mode == FileMode::Both {
                    self.save(p, 2, saved);
                    self.duplicate(p, 1, 2)?;
                }
            }
            RedirectTarget::Duplicate(word) => {
                let word = self.expand_text(p, word).await?;
                self.redirect_to_descriptor(p, &word, fd, saved).await?;
            }
            RedirectTarget::Here(body) => {
                let text = match body.get() {
                    Some(word) => self.expand_plain(p, word).await.map_err(as_redirect_error)?,
                    None => BString::default(),
                };
                let reader = self.here_document(p, text).await?;
                self.install(p, reader, fd, saved)?;
            }
        }
        Ok(())
    }

    async fn redirect_to_descriptor(
        &mut self,
        p: &mut Process,
        word: &[u8],
        fd: Fd,
        saved: &mut SavedFds,
    ) -> Result<(), Raise> {
        if word == b"-" {
            self.save(p, fd, saved);
            // Closing what is not open is no error.
            let _ = p.close(fd);
            return Ok(());
        }
        let is_number = !word.is_empty() && word.len() <= 9 && word.iter().all(u8::is_ascii_digit);
        if is_number {
            let source = word.iter().fold(0, |number, digit| number * 10 + Fd::from(digit - b'0'));
            self.save(p, fd, saved);
            return self.duplicate(p, source, fd);
        }
        if fd != 1 {
            return Err(self.raise("redir error"));
        }
        let opened = self.open_target(p, FileMode::Both, word).await?;
        self.install(p, opened, 1, saved)?;
        self.save(p, 2, saved);
        self.duplicate(p, 1, 2)
    }

    async fn open_target(&mut self, p: &mut Process, mode: FileMode, name: &[u8]) -> Result<Fd, Raise> {
        let flags = match mode {
            FileMode::Read => OpenFlags::RDONLY,
            FileMode::ReadWrite => OpenFlags::RDWR | OpenFlags::CREAT,
            FileMode::Append => OpenFlags::APPENDING,
            FileMode::Write | FileMode::Both
                if self.state.options.is_on(Opt::NoClobber) && !is_device(p, name) =>
            {
                OpenFlags::WRONLY | OpenFlags::CREAT | OpenFlags::EXCL
            }
            FileMode::Write | FileMode::Both | FileMode::Clobber => OpenFlags::OUTPUT,
        };
        let (verb, missing) = match mode {
            FileMode::Read => ("open", "no such file"),
            _ => ("create", "nonexistent directory"),
        };
        p.open(name, flags, Mode::new(0o666)).await.map_err(|errno| {
            let reason = match errno {
                Errno::ENOENT | Errno::ENOTDIR => missing.to_owned(),
                errno => errno.to_string(),
            };
            self.raise_with(format!("can't {verb} {}: {reason}", name.as_bstr()), 1)
        })
    }

    /// Moves a newly opened descriptor to its place.
    fn install(&mut self, p: &mut Process, opened: Fd, fd: Fd, saved: &mut SavedFds) -> Result<(), Raise> {
        if opened == fd {
            saved.0.push((fd, None));
            return Ok(());
        }
        self.save(p, fd, saved);
        let result = self.duplicate(p, opened, fd);
        // The descriptor was opened just now.
        let _ = p.close(opened);
        result
    }

    /// Copies a descriptor out of the way.
    fn save(&mut self, p: &mut Process, fd: Fd, saved: &mut SavedFds) {
        if saved.0.iter().any(|(known, _)| *known == fd) {
            return;
        }
        let copy = p.dup_from(fd, FIRST_SAVED).ok();
        if let Some(copy) = copy {
            // The copy exists.
            let _ = p.set_cloexec(copy, true);
        }
        saved.0.push((fd, copy));
    }

    fn duplicate(&self, p: &mut Process, from: Fd, to: Fd) -> Result<(), Raise> {
        if self.script_fd == Some(from) {
            return Err(self.raise_with(format!("{from}: {}", Errno::EBADF), 1));
        }
        match p.dup2(from, to) {
            Ok(_) => Ok(()),
            Err(errno) => Err(self.raise_with(format!("dup2({from},{to}): {errno}"), 1)),
        }
    }

    /// A pipe with the text in it; what does not fit is written by a child.
    async fn here_document(&mut self, p: &mut Process, text: BString) -> Result<Fd, Raise> {
        let (reader, writer) = p.pipe().map_err(|errno| self.raise(format!("can't create pipe: {errno}")))?;
        if text.len() <= p.limits().pipe {
            // The pipe is empty and has a reader.
            let _ = p.write_all(writer, &text).await;
        } else {
            let text = Rc::new(text);
            let forked = p.fork(move |mut child| async move {
                let _ = child.close(reader);
                match child.write_all(writer, &text).await {
                    Ok(()) => Exit::SUCCESS,
                    Err(_) => Exit::FAILURE,
                }
            });
            forked.map_err(|errno| self.raise(format!("can't fork: {errno}")))?;
        }
        let _ = p.close(writer);
        Ok(reader)
    }
}

/// An error in the text of a here-document is one of the redirection.
fn as_redirect_error(raise: Raise) -> Raise {
    match raise {
        Raise::Error { message, .. } => Raise::Error { message, status: 1 },
        other => other,
    }
}

/// Whether a path leads to something that `>` does not cut.
fn is_device(p: &mut Process, name: &[u8]) -> bool {
    p.stat(name).is_ok_and(|stat| stat.file_type != FileType::Regular)
}
