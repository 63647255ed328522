//! `:e`, `:f`, `:n`, `:q`, `:r`, `:w` and their kin.

use bstr::{BStr, BString, ByteSlice};
use kernel::{OpenFlags, Process};
use vfs::{Errno, FileType, Mode};

use super::super::registers::{LINE, UNNAMED};
use super::super::undo::Note;
use super::super::{Editor, Stop};
use super::Line;
use crate::frame::stream;

impl Editor {
    /// Reads a file into an empty text; its bytes, or nothing when there is no such file.
    pub(in super::super) async fn load(&mut self, p: &mut Process, file: Option<BString>) -> Option<usize> {
        self.text.bytes.clear();
        self.dot = 0;
        self.screen.top = 0;
        if let Some(file) = &file {
            self.rename(file.clone());
        }
        let size = match &file {
            Some(file) => self.insert_file(p, file.as_bstr(), 0, true).await,
            None => None,
        };
        if self.text.bytes.is_empty() {
            self.put(0, b"\n", Note::None);
        }
        self.undo.forget();
        self.status.recount();
        self.registers.forget_marks();
        size
    }

    /// The file has another name now; the old one is remembered.
    pub(super) fn rename(&mut self, file: BString) {
        if self.file.as_ref() != Some(&file) {
            self.other = self.file.replace(file);
        }
    }

    /// Puts a file into the text; how many bytes it has. At first a file that is not there is no mistake.
    async fn insert_file(
        &mut self,
        p: &mut Process,
        file: &BStr,
        place: usize,
        first: bool,
    ) -> Option<usize> {
        let bytes = match read_file(p, file).await {
            Ok(bytes) => bytes,
            Err(Some(errno)) => {
                if !first {
                    self.warn(bytes!("'{}' {}", file, errno.to_string()));
                }
                return None;
            }
            Err(None) => {
                self.warn(bytes!("'{}' is not a regular file", file));
                return None;
            }
        };
        let note = if first { Note::None } else { Note::Alone };
        if !bytes.is_empty() {
            self.put(place, &bytes, note);
        }
        if first && p.access(file, false, true, false).is_err() {
            self.settings.read_only = true;
        }
        Some(bytes.len())
    }

    pub(super) async fn edit(&mut self, p: &mut Process, line: &Line) -> Result<(), Stop> {
        if self.undo.modified > 0 && !line.forced {
            self.not_written(line);
            return Ok(());
        }
        let Some(words) = self.expanded(&line.words) else { return Ok(()) };
        let file = if words.is_empty() { self.file.clone() } else { Some(words) };
        let Some(file) = file else {
            self.warn("No current filename");
            return Ok(());
        };
        let size = self.load(p, Some(file.clone())).await;
        self.registers.clear(LINE);
        self.registers.clear(UNNAMED);
        self.undo_line = None;
        let new = if size.is_none() { " [New file]" } else { "" };
        self.tell_size(&file, new, 0, self.text.last(), self.text.end());
        Ok(())
    }

    /// `'FILE' 3L, 20C`
    fn tell_size(&mut self, file: &BString, note: &str, from: usize, to: usize, bytes: usize) {
        let lines = if bytes == 0 { 0 } else { self.text.count_lines(from, to) };
        let read_only = if self.settings.read_only { " [Readonly]" } else { "" };
        self.say(bytes!("'{}'{}{} {}", file, note, read_only, format!("{lines}L, {bytes}C")));
    }

    fn not_written(&mut self, line: &Line) {
        self.warn(bytes!("No write since last change (:{}! overrides)", line.name));
    }

    pub(super) fn name_file(&mut self, line: &Line) {
        if line.last.is_some() {
            self.warn("No address allowed on this command");
        } else if line.words.is_empty() {
            self.status.forget();
        } else if let Some(name) = self.expanded(&line.words) {
            self.rename(name);
        }
    }

    /// `:q`, `:n` and `:prev`
    pub(super) fn other_file(&mut self, line: &Line) {
        let kind = line.name[0];
        let more = self.files.len().saturating_sub(self.at_file + 1);
        if line.forced {
            self.editing = false;
            self.at_file = if kind == b'q' { self.files.len() } else { self.at_file + 1 };
        } else if self.undo.modified > 0 {
            self.not_written(line);
        } else if kind == b'q' && more > 0 {
            self.warn(format!("{more} more file(s) to edit"));
        } else if kind == b'n' && more == 0 {
            self.warn("No more files to edit");
        } else if kind == b'p' && self.at_file == 0 {
            self.warn("No previous files to edit");
        } else {
            self.editing = false;
            self.at_file = if kind == b'p' { self.at_file - 1 } else { self.at_file + 1 };
        }
    }

    pub(super) fn rewind(&mut self, line: &Line) {
        if self.undo.modified > 0 && !line.forced {
            self.not_written(line);
        } else {
            self.at_file = 0;
            self.editing = false;
        }
    }

    pub(super) async fn read(&mut self, p: &mut Process, line: &Line) -> Result<(), Stop> {
        let Some(words) = self.expanded(&line.words) else { return Ok(()) };
        let file = if words.is_empty() { self.file.clone() } else { Some(words) };
        let Some(file) = file else {
            self.warn("No current filename");
            return Ok(());
        };
        let line_before = match line.last {
            Some(0) => None,
            Some(number) => Some(self.text.line(number)),
            None => Some(self.dot),
        };
        let place = line_before.map_or(0, |line| (self.text.end_line(line) + 1).min(self.text.end()));
        let Some(size) = self.insert_file(p, file.as_bstr(), place, false).await else { return Ok(()) };
        self.tell_size(&file, "", place, (place + size).saturating_sub(1), size);
        self.dot = self.text.begin_line(place);
        Ok(())
    }

    pub(super) async fn write_file(&mut self, p: &mut Process, line: &Line) -> Result<(), Stop> {
        let mut file = self.file.clone();
        if line.words.is_empty() {
            if let Some(file) = file.as_ref().filter(|_| self.settings.read_only && !line.forced) {
                self.warn(bytes!("'{}' is read only", file));
                return Ok(());
            }
        } else {
            let Some(name) = self.expanded(&line.words) else { return Ok(()) };
            if !line.forced && file.as_ref() != Some(&name) && p.stat(&name).is_ok() {
                self.warn(bytes!("File exists (:{}! overrides)", line.name));
                return Ok(());
            }
            if file.is_none() {
                self.file = Some(name.clone());
            }
            file = Some(name);
        }
        let Some(file) = file else {
            self.warn("No current filename");
            return Ok(());
        };
        let mut bytes = self.text.bytes[line.from..=line.to].to_vec();
        if line.name[0] == b'x' && self.undo.modified == 0 {
            bytes.clear();
        } else if let Err(errno) = save(p, file.as_bstr(), &bytes).await {
            self.warn(bytes!("'{}' {}", file, errno.to_string()));
            return Ok(());
        }
        // Of nothing, busybox counts the line where it would be.
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count().max(usize::from(bytes.is_empty()));
        self.say(bytes!("'{}' {}", file, format!("{lines}L, {}C", bytes.len())));
        if line.from == 0 && bytes.len() == self.text.end() {
            self.undo.modified = 0;
            self.status.recount();
        }
        self.after_writing(line);
        Ok(())
    }

    /// `:wq`, `:wn` and `:x` go on to the next file, or end.
    fn after_writing(&mut self, line: &Line) {
        let more = self.files.len().saturating_sub(self.at_file + 1);
        if line.name.get(1) == Some(&b'n') {
            self.editing = false;
            self.at_file += 1;
        } else if line.name[0] == b'x' || line.name.get(1) == Some(&b'q') {
            if more > 0 && !line.forced {
                self.warn(format!("{more} more file(s) to edit"));
                return;
            }
            self.at_file = self.files.len();
            self.editing = false;
        }
    }

    /// `ZZ`
    pub(in super::super) async fn save_and_leave(&mut self, p: &mut Process) -> Result<(), Stop> {
        if self.undo.modified > 0 {
            if let Some(file) = self.file.clone().filter(|_| self.settings.read_only) {
                self.warn(bytes!("'{}' is read only", file));
                return Ok(());
            }
            let Some(file) = self.file.clone() else {
                self.warn("No current filename");
                return Ok(());
            };
            let bytes = self.text.bytes.clone();
            if let Err(errno) = save(p, file.as_bstr(), &bytes).await {
                self.warn(bytes!("Write error: {}", errno.to_string()));
                return Ok(());
            }
        }
        let more = self.files.len().saturating_sub(self.at_file + 1);
        if more > 0 {
            self.warn(format!("{more} more file(s) to edit"));
        } else {
            self.at_file = self.files.len();
            self.editing = false;
        }
        Ok(())
    }
}

/// The bytes of a regular file; no error number when it is something else.
async fn read_file(p: &mut Process, file: &BStr) -> Result<Vec<u8>, Option<Errno>> {
    if p.stat(file).map_err(Some)?.file_type != FileType::Regular {
        return Err(None);
    }
    stream::read_operand(p, file).await.map_err(Some)
}

/// Writes a file, in its place.
async fn save(p: &mut Process, file: &BStr, bytes: &[u8]) -> Result<(), Errno> {
    let fd = p.open(file, OpenFlags::OUTPUT, Mode::new(0o666)).await?;
    let written = p.write_all(fd, bytes).await;
    stream::close(p, fd);
    written
}
