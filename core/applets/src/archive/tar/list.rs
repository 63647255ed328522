//! The line of an entry, for tar and cpio.

use bstr::{BStr, BString, ByteSlice};
use vfs::FileType;

use super::header::Header;
use crate::files::mode;
use crate::time::strftime::strftime_in;
use crate::time::zone::Zone;

/// What a line shows.
pub(in crate::archive) struct Row<'a> {
    pub(in crate::archive) kind: FileType,
    pub(in crate::archive) mode: u32,
    pub(in crate::archive) user: BString,
    pub(in crate::archive) group: BString,
    pub(in crate::archive) size: u64,
    pub(in crate::archive) mtime: i64,
    pub(in crate::archive) name: &'a BStr,
    pub(in crate::archive) link: &'a BStr,
    pub(in crate::archive) zone: &'a Zone,
}

/// `-rw-r--r-- root/root         3 2020-09-13 12:26:40 d/f`, with the target of a link.
pub(super) fn long(header: &Header, zone: &Zone) -> BString {
    let owner = |name: &BString, id: u32| if name.is_empty() { id.to_string().into() } else { name.clone() };
    row(&Row {
        kind: header.kind().unwrap_or(FileType::Regular),
        mode: header.mode,
        user: owner(&header.uname, header.uid),
        group: owner(&header.gname, header.gid),
        size: header.size,
        mtime: header.mtime,
        name: header.name.as_bstr(),
        link: header.link.as_bstr(),
        zone,
    })
}

/// One line, with its newline.
pub(in crate::archive) fn row(row: &Row<'_>) -> BString {
    let letters = format!("{}{}", row.kind.letter(), mode::letters(row.mode));
    let time = strftime_in(b"%Y-%m-%d %H:%M:%S", row.mtime, row.zone);
    let size = format!("{:9}", row.size);
    let arrow = if row.link.is_empty() { "" } else { " -> " };
    bytes!("{} {}/{} {} {} {}{}{}\n", letters, row.user, row.group, size, time, row.name, arrow, row.link)
}
