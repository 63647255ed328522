use vfs::Errno;

use super::Process;

/// Size of the buffer of standard output: musl's `BUFSIZ`. A larger print goes out with what is buffered, at once.
const BUFFER: usize = 1024;

impl Process {
    /// Prints to standard output, buffered as musl's stdio does.
    pub async fn print(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), Errno> {
        if self.buffer(bytes.as_ref()) > BUFFER { self.flush().await } else { Ok(()) }
    }

    /// Appends to the buffer and returns its length.
    fn buffer(&self, bytes: &[u8]) -> usize {
        let mut out = self.state.out.borrow_mut();
        out.extend_from_slice(bytes);
        out.len()
    }

    /// Writes out what is buffered. It is dropped when the write fails.
    pub async fn flush(&mut self) -> Result<(), Errno> {
        let bytes = self.state.out.take();
        if bytes.is_empty() { Ok(()) } else { self.write_all(1, &bytes).await }
    }

    /// Forgets what is buffered and not yet written.
    pub fn discard_output(&mut self) {
        self.state.out.borrow_mut().clear();
    }

    /// Writes to standard error, unbuffered: one write. Errors are not told: there is nowhere left to tell them.
    pub async fn eprint(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.write_all(2, bytes.as_ref()).await;
    }
}
