//! The line of an entry.

use bstr::{BString, ByteSlice};
use vfs::FileType;

use super::header::Header;
use crate::files::mode;
use crate::time::strftime::strftime_in;
use crate::time::zone::Zone;

/// `-rw-r--r-- root/root         3 2020-09-13 12:26:40 d/f`, with the target of a link.
pub(super) fn long(header: &Header, zone: &Zone) -> BString {
    let kind = header.kind().unwrap_or(FileType::Regular);
    let letters = format!("{}{}", kind.letter(), mode::letters(header.mode));
    let owner = |name: &BString, id: u32| if name.is_empty() { id.to_string().into() } else { name.clone() };
    let time = strftime_in(b"%Y-%m-%d %H:%M:%S", header.mtime, zone);
    let size = format!("{:9}", header.size);
    let (user, group) = (owner(&header.uname, header.uid), owner(&header.gname, header.gid));
    let arrow = if header.link.is_empty() { "" } else { " -> " };
    bytes!(
        "{} {}/{} {} {} {}{}{}\n",
        letters,
        user,
        group,
        size,
        time,
        header.name,
        arrow,
        header.link.as_bstr()
    )
}
