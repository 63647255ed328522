//! What `nc` carries, once somebody is there.

use core::time::Duration;

use bstr::{BString, ByteSlice};
use kernel::{Exit, Fd, Pid, PidTarget, Process, Signal, WaitFlags, WaitFor};

use crate::frame::command;
use crate::frame::stream::{CHUNK, STDIN, STDOUT};
use crate::frame::table::Ended;

/// How nc talks.
#[derive(Clone)]
pub(super) struct Talk {
    /// What takes its place.
    pub(super) program: Vec<BString>,
    /// How long answers are waited for when the input has ended, twice.
    pub(super) wait: Option<Duration>,
    /// How long it waits before each line.
    pub(super) pause: Option<Duration>,
    /// Where it is noted.
    pub(super) dump: Option<Dump>,
}

/// A file of what was carried, with the offset of one direction.
#[derive(Clone)]
pub(super) struct Dump {
    file: Fd,
    offset: usize,
}

impl Dump {
    pub(super) fn new(file: Fd) -> Dump {
        Dump { file, offset: 0 }
    }

    /// `> 00000000 61 0a      # a.`, sixteen bytes a line.
    async fn note(&mut self, p: &mut Process, direction: char, bytes: &[u8]) {
        let mut text = String::new();
        for row in bytes.chunks(16) {
            let numbers: String = row.iter().map(|byte| format!("{byte:02x} ")).collect();
            let shown = row.iter().map(|byte| match byte {
                b' '..=b'~' => char::from(*byte),
                _ => '.',
            });
            let shown: String = shown.collect();
            text += &format!("{direction} {:08x} {numbers:48}# {shown}\n", self.offset);
            self.offset += row.len();
        }
        // A full disk takes no notes, and that ends nothing.
        let _ = p.write_all(self.file, text.as_bytes()).await;
    }
}

impl Talk {
    /// Both directions, until the other side ends.
    pub(super) async fn begin(mut self, p: &mut Process, connection: Fd) -> Ended {
        if !self.program.is_empty() {
            for fd in [STDIN, STDOUT] {
                // Both are open.
                let _ = p.dup2(connection, fd);
            }
            return Ok(command::exec(p, &self.program).await);
        }
        let mut sending = self.clone();
        let child = p.fork(move |mut child| async move {
            sending.send(&mut child, connection).await;
            let _ = child.shutdown_write(connection);
            Exit(0)
        });
        let mut sender = child.ok();
        let status = self.receive(p, connection, &mut sender).await;
        finish(p, sender).await;
        Ok(Exit(status))
    }

    /// Carries the input, line by line where it pauses.
    async fn send(&mut self, p: &mut Process, connection: Fd) {
        while let Ok(bytes) = p.read(STDIN, CHUNK).await {
            if bytes.is_empty() {
                return;
            }
            let whole = [bytes.as_slice()];
            let pieces: Vec<&[u8]> =
                if self.pause.is_some() { bytes.lines_with_terminator().collect() } else { whole.to_vec() };
            for piece in pieces {
                if let Some(pause) = self.pause {
                    // Nobody interrupts this.
                    let _ = p.sleep(pause).await;
                }
                if let Some(dump) = &mut self.dump {
                    dump.note(p, '>', piece).await;
                }
                if p.write_all(connection, piece).await.is_err() {
                    return;
                }
            }
        }
    }

    /// Carries what comes; with a time to wait, until nothing has come for so long twice and nothing more is sent.
    async fn receive(&mut self, p: &mut Process, connection: Fd, sender: &mut Option<Pid>) -> u8 {
        let mut tries = 2;
        loop {
            if self.wait.is_some() && p.wait_readable(connection, self.wait).await == Ok(false) {
                tries -= u8::from(has_ended(p, sender).await);
                if tries == 0 {
                    return 0;
                }
                continue;
            }
            match p.read(connection, CHUNK).await {
                Ok(bytes) if bytes.is_empty() => return 0,
                Ok(bytes) => {
                    tries = 2;
                    if let Some(dump) = &mut self.dump {
                        dump.note(p, '<', &bytes).await;
                    }
                    if p.write_all(STDOUT, &bytes).await.is_err() {
                        return 1;
                    }
                }
                Err(_) => return 0,
            }
        }
    }
}

/// Whether the sender has come to the end of its input.
async fn has_ended(p: &mut Process, sender: &mut Option<Pid>) -> bool {
    if let Some(pid) = *sender
        && p.wait(WaitFor::Pid(pid), WaitFlags::NoHang).await.is_ok()
    {
        *sender = None;
    }
    sender.is_none()
}

/// Ends the sender, which may wait for input that never comes, once what it has is sent.
async fn finish(p: &mut Process, sender: Option<Pid>) {
    let Some(pid) = sender else { return };
    let _ = p.sleep(Duration::from_millis(1)).await;
    let _ = p.kill(PidTarget::Process(pid), Signal::TERM);
    let _ = p.wait(WaitFor::Pid(pid), WaitFlags::Block).await;
}
