//! `stat -f`.

use bstr::{BStr, BString};
use kernel::Process;
use vfs::Errno;

use super::stat::expand;
use crate::frame::cformat::Spec;

const DEFAULT: &str = "  File: \"%n\"
    ID: %-8i Namelen: %-7l Type: %T
Block size: %-10s
Blocks: Total: %-10b Free: %-10f Available: %a
Inodes: Total: %-10c Free: %d
";
const TERSE: &str = "%n %i %l %t %s %b %f %a %c %d\n";
const BLOCK: u64 = 4096;

/// What `stat -f` shows of the file system that a path is on.
pub(super) fn show(
    p: &mut Process,
    name: &BStr,
    format: Option<&BStr>,
    terse: bool,
) -> Result<BString, Errno> {
    let fs = p.statfs(name)?;
    let (magic, kind) = match fs.fs_type.as_slice() {
        b"tmpfs" => (0x0102_1994, "tmpfs"),
        b"proc" => (0x9fa0, "proc"),
        b"sysfs" => (0x6265_6572, "sysfs"),
        b"devpts" => (0x1cd1, "devpts"),
        b"ext4" => (0xef53, "ext2/ext3"),
        b"mqueue" => (0x1980_0202, "UNKNOWN"),
        _ => (0x794c_7630, "UNKNOWN"),
    };
    let field = |letter: u8, spec: Spec| match letter {
        b'n' => spec.string(name),
        b'i' => spec.radix('x', 0),
        b'l' => spec.unsigned(255),
        b't' => spec.radix('x', magic),
        b'T' => spec.string(kind.as_bytes()),
        b'b' => spec.unsigned(fs.blocks),
        b'f' | b'a' => spec.unsigned(fs.free),
        b's' | b'S' => spec.unsigned(BLOCK),
        b'c' => spec.unsigned(fs.files),
        b'd' => spec.unsigned(fs.free_files),
        other => spec.byte(other),
    };
    let Some(format) = format else {
        return Ok(expand(if terse { TERSE } else { DEFAULT }.into(), field));
    };
    let mut text = expand(format, field);
    text.push(b'\n');
    Ok(text)
}
