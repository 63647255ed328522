//! base64.

use bstr::{BStr, ByteSlice};
use kernel::{Exit, Fd, Process};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say, stream};

pub(crate) const USAGE: &str = "[-d] [-w COL] [FILE]

Turn FILE (or stdin) into base64 text, or back

	-d	Back into bytes
	-w COL	Lines of COL characters (76; 0: one line)";

const OPTIONS: Options = Options::new(USAGE, "dw:").operands(0, 1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let mut opts = OPTIONS.parse(p).await?;
    let width = match opts.value('w').map(|text| number::unsigned(text, 0, u64::from(u32::MAX), &[])) {
        None => 76,
        Some(Ok(width)) => usize::try_from(width).unwrap_or(0),
        Some(Err(message)) => return Err(say::die(p, message).await),
    };
    let name = opts.operands.pop().unwrap_or_else(|| "-".into());
    let fd = match stream::open(p, name.as_bstr()).await {
        Ok(fd) => fd,
        Err(errno) => return Err(say::die_errno(p, name, errno).await),
    };
    if opts.has('d') {
        decode(p, fd, name.as_bstr()).await
    } else {
        encode(p, fd, name.as_bstr(), width).await
    }
}

async fn encode(p: &mut Process, fd: Fd, name: &BStr, width: usize) -> Ended {
    let mut pending: Vec<u8> = Vec::new();
    let mut column = 0;
    loop {
        let chunk = match p.read(fd, stream::CHUNK).await {
            Ok(chunk) => chunk,
            Err(errno) => return Err(say::die_errno(p, name, errno).await),
        };
        pending.extend_from_slice(&chunk);
        let whole = if chunk.is_empty() { pending.len() } else { pending.len() / 3 * 3 };
        let flat: Vec<u8> =
            pending[..whole].chunks(3).flat_map(|group| group_text(group, ALPHABET)).collect();
        let mut text = Vec::with_capacity(flat.len() + flat.len() / 32 + 2);
        let mut rest = flat.as_slice();
        while !rest.is_empty() {
            if width > 0 && column == width {
                text.push(b'\n');
                column = 0;
            }
            let room = if width > 0 { width - column } else { rest.len() };
            let (piece, after) = rest.split_at(room.min(rest.len()));
            text.extend_from_slice(piece);
            column += piece.len();
            rest = after;
        }
        pending.drain(..whole);
        say::print(p, text).await?;
        if chunk.is_empty() {
            if column > 0 && width > 0 {
                say::print(p, "\n").await?;
            }
            return Ok(Exit(0));
        }
    }
}

/// The characters for 0 to 63, and the padding.
pub(super) const ALPHABET: &[u8; 65] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

/// Four characters for one to three bytes.
pub(super) fn group_text(group: &[u8], alphabet: &[u8; 65]) -> [u8; 4] {
    let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    let mut text = [18, 12, 6, 0].map(|shift| alphabet[(bits >> shift & 63) as usize]);
    for place in &mut text[group.len() + 1..] {
        *place = alphabet[64];
    }
    text
}

async fn decode(p: &mut Process, fd: Fd, name: &BStr) -> Ended {
    let mut decoder = Decoder::default();
    loop {
        let chunk = match p.read(fd, stream::CHUNK).await {
            Ok(chunk) => chunk,
            Err(errno) => return Err(say::die_errno(p, name, errno).await),
        };
        if chunk.is_empty() {
            break;
        }
        let bytes = decoder.decode(&chunk);
        say::print(p, bytes).await?;
    }
    if decoder.is_complete() { Ok(Exit(0)) } else { Err(say::die(p, "truncated input").await) }
}

/// Decodes base64 piece by piece, as busybox does: what is no character of it is skipped.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    bits: u32,
    count: u8,
    padding: u8,
}

impl Decoder {
    /// The bytes that are complete with this piece.
    pub(super) fn decode(&mut self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
        for &byte in text {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                b'=' if self.count < 2 => {
                    // Padding where none can be ends the group.
                    *self = Decoder::default();
                    continue;
                }
                b'=' => {
                    self.padding += 1;
                    0
                }
                _ => continue,
            };
            if byte != b'=' && self.padding > 0 {
                *self = Decoder::default();
            }
            self.bits = self.bits << 6 | u32::from(value);
            self.count += 1;
            if self.count == 4 {
                let bytes = self.bits.to_be_bytes();
                out.extend_from_slice(&bytes[1..4 - usize::from(self.padding)]);
                *self = Decoder::default();
            }
        }
        out
    }

    /// Whether no group is left open.
    pub(super) fn is_complete(&self) -> bool {
        self.count == 0
    }
}
