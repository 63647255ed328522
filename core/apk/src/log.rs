//! `/var/log/apk.log`, which apk 3 writes when it changes something: each command, and all that it printed.

use kernel::{Fd, OpenFlags};
use vfs::{Errno, Mode};

use crate::{help, session::Session};

const FOLDER: &str = "var/log";
const FILE: &str = "var/log/apk.log";

impl Session<'_> {
    /// Opens the log and notes the command.
    pub(crate) async fn open_log(&mut self) -> Result<(), Errno> {
        let log = match self.open_log_file().await {
            Err(_) => {
                // Where this fails, the next line says why.
                let folder = self.path(FOLDER);
                let _ = self.process.mkdir(folder, Mode::new(0o755));
                self.open_log_file().await?
            }
            Ok(log) => log,
        };
        let words: Vec<_> = self.process.args().iter().map(|word| word.to_string()).collect();
        let utc = self.process.now().utc();
        let entry = format!(
            "\nRunning `{}` at {:04}-{:02}-{:02} {:02}:{:02}:{:02}\n{}\n",
            words.join(" "),
            utc.year,
            utc.month,
            utc.day,
            utc.hour,
            utc.minute,
            utc.second,
            help::version_line(self.engine)
        );
        self.log = Some(log);
        self.note(entry.as_bytes()).await;
        Ok(())
    }

    async fn open_log_file(&mut self) -> Result<Fd, Errno> {
        let path = self.path(FILE);
        self.process
            .open(path, OpenFlags::WRONLY | OpenFlags::APPEND | OpenFlags::CREAT, Mode::new(0o644))
            .await
    }

    /// Adds to the log, if there is one. A full disk does not keep apk from its work.
    pub(crate) async fn note(&mut self, text: &[u8]) {
        if let Some(log) = self.log {
            let _ = self.process.write_all(log, text).await;
        }
    }
}
