use std::{fs, io, path::Path};

use tar::{Builder, EntryType, Header};

/// Seconds since 1970 of every file in the base image and in the contexts.
const MTIME: u64 = 1_700_000_000;

/// Writes the root file system of the recorded cases (`base-rootfs.tsv`) as a tar archive. The one binary, busybox, is
/// an ELF header followed by zeros of the recorded size: it is known by its path.
///
/// # Errors
/// What reading the table or writing the archive gives.
pub fn write_rootfs(table: &Path, archive: &Path) -> io::Result<()> {
    let text = fs::read_to_string(table)?;
    let mut builder = Builder::new(fs::File::create(archive)?);
    for line in text.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [path, kind, mode, uid, gid, size, link, content] = columns[..] else { continue };
        let mut header = Header::new_ustar();
        header.set_mode(u32::from_str_radix(mode, 8).unwrap_or(0o644));
        header.set_uid(uid.parse().unwrap_or(0));
        header.set_gid(gid.parse().unwrap_or(0));
        header.set_mtime(MTIME);
        header.set_size(0);
        match kind {
            "dir" => {
                header.set_entry_type(EntryType::Directory);
                builder.append_data(&mut header, format!("{path}/"), io::empty())?;
            }
            "symlink" => {
                header.set_entry_type(EntryType::Symlink);
                builder.append_link(&mut header, path, link)?;
            }
            _ => {
                let mut bytes = content.replace("\\n", "\n").into_bytes();
                if bytes.is_empty() {
                    bytes = b"\x7fELF\x02\x01\x01".to_vec();
                }
                bytes.resize(size.parse().unwrap_or(0), 0);
                header.set_size(bytes.len() as u64);
                builder.append_data(&mut header, path, bytes.as_slice())?;
            }
        }
    }
    builder.finish()
}
