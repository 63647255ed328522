use std::time::{Duration, Instant};

use api::Stream;

/// Bytes that are held back at most.
const MAX_BYTES: usize = 64 * 1024;
/// How long output is held back while more comes.
const LONGEST: Duration = Duration::from_millis(200);

/// Output that is held back, in order.
#[derive(Default)]
pub(super) struct Held {
    is_on: bool,
    since: Option<Instant>,
    bytes: usize,
    chunks: Vec<(Stream, Vec<u8>)>,
}

impl Held {
    /// Holds back from here on.
    pub(super) fn begin(&mut self) {
        self.is_on = true;
    }

    /// Whether there is room and time for so many bytes more.
    pub(super) fn keeps(&self, bytes: usize) -> bool {
        self.is_on
            && self.bytes + bytes <= MAX_BYTES
            && self.since.is_none_or(|since| since.elapsed() < LONGEST)
    }

    /// Takes bytes; false when nothing is held back.
    pub(super) fn push(&mut self, stream: Stream, bytes: &[u8]) -> bool {
        if !self.is_on {
            return false;
        }
        self.since.get_or_insert_with(Instant::now);
        self.bytes += bytes.len();
        match self.chunks.last_mut() {
            Some((last, kept)) if *last == stream => kept.extend_from_slice(bytes),
            _ => self.chunks.push((stream, bytes.to_vec())),
        }
        true
    }

    /// Everything that is held back.
    pub(super) fn take(&mut self) -> Vec<(Stream, Vec<u8>)> {
        (self.since, self.bytes) = (None, 0);
        std::mem::take(&mut self.chunks)
    }
}
