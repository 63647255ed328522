use std::{fs, io, path::Path, process::Command};

use tar::{Builder, EntryType, Header};

/// Where Debian's busybox-static has the program that both sides run: here it is known by its path.
const BUSYBOX: &str = "/bin/busybox";
/// Seconds since 1970 of every entry.
const MTIME: u64 = 1_700_000_000;

const DIRECTORIES: [(&str, u32); 12] = [
    ("bin/", 0o755),
    ("dev/", 0o755),
    ("etc/", 0o755),
    ("home/", 0o755),
    ("proc/", 0o755),
    ("root/", 0o700),
    ("sys/", 0o755),
    ("tmp/", 0o1777),
    ("usr/", 0o755),
    ("usr/bin/", 0o755),
    ("var/", 0o755),
    ("var/cache/", 0o755),
];

const FILES: [(&str, &str); 2] = [
    ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"),
    ("etc/group", "root:x:0:\nnogroup:x:65534:\n"),
];

/// Writes a root file system of busybox alone as a tar archive.
///
/// # Errors
/// No busybox; the archive cannot be written.
pub fn write(archive: &Path) -> io::Result<()> {
    let mut builder = Builder::new(fs::File::create(archive)?);
    for (path, mode) in DIRECTORIES {
        let mut header = header(mode);
        header.set_entry_type(EntryType::Directory);
        builder.append_data(&mut header, path, io::empty())?;
    }
    let program = fs::read(BUSYBOX)?;
    append(&mut builder, "bin/busybox", 0o755, &program)?;
    for (path, text) in FILES {
        append(&mut builder, path, 0o644, text.as_bytes())?;
    }
    let list = Command::new(BUSYBOX).arg("--list").output()?;
    for name in String::from_utf8_lossy(&list.stdout).lines().filter(|name| *name != "busybox") {
        let mut header = header(0o777);
        header.set_entry_type(EntryType::Symlink);
        builder.append_link(&mut header, format!("bin/{name}"), "busybox")?;
    }
    builder.finish()
}

fn append(builder: &mut Builder<fs::File>, path: &str, mode: u32, bytes: &[u8]) -> io::Result<()> {
    let mut header = header(mode);
    header.set_size(bytes.len() as u64);
    builder.append_data(&mut header, path, bytes)
}

fn header(mode: u32) -> Header {
    let mut header = Header::new_ustar();
    header.set_mode(mode);
    header.set_mtime(MTIME);
    header.set_size(0);
    header
}
