//! Keys as terminals send them.

use core::time::Duration;

use kernel::{Fd, Process};

/// Keys that are no bytes.
pub(super) mod special {
    pub(in crate::text) const UP: u32 = 0x100;
    pub(in crate::text) const DOWN: u32 = 0x101;
    pub(in crate::text) const RIGHT: u32 = 0x102;
    pub(in crate::text) const LEFT: u32 = 0x103;
    pub(in crate::text) const HOME: u32 = 0x104;
    pub(in crate::text) const END: u32 = 0x105;
    pub(in crate::text) const INSERT: u32 = 0x106;
    pub(in crate::text) const DELETE: u32 = 0x107;
    pub(in crate::text) const PAGE_UP: u32 = 0x108;
    pub(in crate::text) const PAGE_DOWN: u32 = 0x109;
}

/// What terminals send for them after the escape.
const SEQUENCES: &[(&[u8], u32)] = &[
    (b"OA", special::UP),
    (b"OB", special::DOWN),
    (b"OC", special::RIGHT),
    (b"OD", special::LEFT),
    (b"OH", special::HOME),
    (b"OF", special::END),
    (b"[A", special::UP),
    (b"[B", special::DOWN),
    (b"[C", special::RIGHT),
    (b"[D", special::LEFT),
    (b"[H", special::HOME),
    (b"[F", special::END),
    (b"[1~", special::HOME),
    (b"[2~", special::INSERT),
    (b"[3~", special::DELETE),
    (b"[4~", special::END),
    (b"[5~", special::PAGE_UP),
    (b"[6~", special::PAGE_DOWN),
    (b"[7~", special::HOME),
    (b"[8~", special::END),
];

/// How long the rest of a sequence may take.
pub(super) const REST: Duration = Duration::from_millis(50);

/// The next key: a byte, or one of [`special`]. What was read with it and belongs to the next ones stays in `ahead`.
/// None at the end and for a signal.
pub(super) async fn read_key(p: &mut Process, fd: Fd, ahead: &mut Vec<u8>) -> Option<u32> {
    if ahead.is_empty() {
        *ahead = p.read(fd, 1).await.ok().filter(|read| !read.is_empty())?;
    }
    let key = ahead.remove(0);
    if key != 0x1b {
        return Some(u32::from(key));
    }
    loop {
        let so_far = &ahead[..];
        if let Some((sequence, key)) = SEQUENCES.iter().find(|(keys, _)| so_far.starts_with(keys)) {
            ahead.drain(..sequence.len());
            return Some(*key);
        }
        if !SEQUENCES.iter().any(|(keys, _)| keys.starts_with(so_far)) {
            break;
        }
        if !matches!(p.wait_readable(fd, Some(REST)).await, Ok(true)) {
            break;
        }
        match p.read(fd, 1).await {
            Ok(read) if !read.is_empty() => ahead.extend(read),
            _ => break,
        }
    }
    Some(0x1b)
}
