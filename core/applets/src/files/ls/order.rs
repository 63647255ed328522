//! The order of names.

use std::cmp::Ordering;

use bstr::ByteSlice;
use vfs::FileType;

use super::{DIRECTORIES_FIRST, Entry};
use crate::frame::getopt::Matches;

/// Sorts as the options tell; ties go by name.
pub(super) fn sort(entries: &mut [Entry], opts: &Matches) {
    let key = opts.last_of(&['S', 'X', 'v', 't', 'c', 'u']);
    let by_time = |entry: &Entry| match opts.last_of(&['c', 'u']) {
        Some('c') => entry.stat.ctime,
        Some('u') => entry.stat.atime,
        _ => entry.stat.mtime,
    };
    let timed = opts.has('t') || (opts.has('c') || opts.has('u')) && !opts.has('l');
    entries.sort_by(|a, b| {
        let first = match key {
            Some('S') => b.stat.size.cmp(&a.stat.size),
            Some('X') => extension(a).cmp(extension(b)),
            Some('v') => version(&a.name, &b.name),
            Some(_) if timed => by_time(b).cmp(&by_time(a)),
            _ => Ordering::Equal,
        };
        let order = first.then_with(|| a.name.cmp(&b.name));
        let order = if opts.has('r') { order.reverse() } else { order };
        if !opts.has(DIRECTORIES_FIRST) {
            return order;
        }
        let directory = |entry: &Entry| entry.stat.file_type == FileType::Directory;
        directory(b).cmp(&directory(a)).then(order)
    });
}

fn extension(entry: &Entry) -> &[u8] {
    entry.name.rfind_byte(b'.').map_or(b"", |at| &entry.name[at + 1..])
}

/// strverscmp: runs of digits compare as numbers.
pub(super) fn version(a: &[u8], b: &[u8]) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        match (a.first(), b.first()) {
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (first, rest_a) = digits(a);
                let (second, rest_b) = digits(b);
                let order = first.len().cmp(&second.len()).then(first.cmp(second));
                if order.is_ne() {
                    return order;
                }
                (a, b) = (rest_a, rest_b);
            }
            (Some(x), Some(y)) if x == y => (a, b) = (&a[1..], &b[1..]),
            (x, y) => return x.cmp(&y),
        }
    }
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let zeros = text.iter().take_while(|byte| **byte == b'0').count();
    let run = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (&text[zeros..run], &text[run..])
}
