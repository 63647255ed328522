//! Which file is shown.

use bstr::{BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::{FileType, Mode};

use super::Less;
use crate::frame::stream::{self, STDIN};

impl Less {
    /// Opens the file that it is at.
    pub(super) async fn open(&mut self, p: &mut Process) -> Result<(), Exit> {
        if let Some(fd) = self.fd.take() {
            stream::close(p, fd);
        }
        let fd = match self.files.get(self.at).cloned() {
            None => STDIN,
            Some(name) => {
                let Some(fd) = stream::open_or_warn(p, name.as_bstr()).await else {
                    self.keyboard.restore(p);
                    return Err(Exit(1));
                };
                self.name = name;
                fd
            }
        };
        self.fd = Some(fd);
        self.lines.clear();
        self.rows.clear();
        self.pending.clear();
        (self.ended, self.top) = (false, 0);
        if p.fstat(fd).is_ok_and(|stat| stat.file_type == FileType::Regular) {
            self.read(p, usize::MAX).await?;
        }
        Ok(())
    }

    /// Shows another file.
    async fn change(&mut self, p: &mut Process, at: usize) -> Result<(), Exit> {
        self.at = at;
        self.open(p).await?;
        self.draw(p).await
    }

    pub(super) async fn next_file(&mut self, p: &mut Process) -> Result<(), Exit> {
        match self.at + 1 < self.files.len() {
            true => self.change(p, self.at + 1).await,
            false => self.tell(p, "No next file").await,
        }
    }

    pub(super) async fn earlier_file(&mut self, p: &mut Process, at: Option<usize>) -> Result<(), Exit> {
        match at.filter(|at| *at < self.at) {
            Some(at) => self.change(p, at).await,
            None => self.tell(p, "No previous file").await,
        }
    }

    /// Takes the file from the list and shows the next one, or else the one before.
    pub(super) async fn drop_file(&mut self, p: &mut Process) -> Result<(), Exit> {
        if self.files.len() < 2 {
            return Ok(());
        }
        let dropped = self.at;
        let is_last = dropped + 1 == self.files.len();
        self.change(p, if is_last { dropped - 1 } else { dropped + 1 }).await?;
        self.files.remove(dropped);
        self.at -= usize::from(!is_last);
        Ok(())
    }

    /// Asks for a file to show instead of all others.
    pub(super) async fn examine(&mut self, p: &mut Process) -> Result<(), Exit> {
        let name = self.ask(p, b"Examine: ").await?;
        if name.is_empty() {
            return self.status(p).await;
        }
        match p.open(&name, OpenFlags::RDONLY, Mode::default()).await {
            Ok(fd) => stream::close(p, fd),
            Err(_) => return self.tell(p, "Cannot read this file").await,
        }
        self.files = vec![name];
        self.change(p, 0).await
    }

    /// Asks for a file, which gets all that is read.
    pub(super) async fn save(&mut self, p: &mut Process) -> Result<(), Exit> {
        let name = self.ask(p, b"Log file: ").await?;
        if name.is_empty() {
            return self.tell(p, "").await;
        }
        let written = match p.open(&name, OpenFlags::OUTPUT, Mode::new(0o666)).await {
            Ok(fd) => {
                let text: BString =
                    self.rows.iter().flat_map(|row| [&row.text[..], b"\n"].concat()).collect();
                let written = p.write_all(fd, &text).await;
                stream::close(p, fd);
                written
            }
            Err(errno) => Err(errno),
        };
        match written {
            Ok(()) => self.tell(p, "Done").await,
            Err(_) => self.tell(p, "Error opening log file").await,
        }
    }
}
