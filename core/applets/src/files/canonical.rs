//! Absolute paths without links, for readlink -f, realpath and others.

use bstr::{BStr, BString, ByteSlice};
use kernel::Process;
use vfs::{Errno, FileType};

use crate::frame::path;

/// Links followed before `ELOOP`.
const MOST_LINKS: usize = 40;

/// The path with every link followed. The last part may be missing when a slash or a link leads to it; anything
/// before it not (busybox `xmalloc_realpath_coreutils`).
pub(crate) fn canonical(p: &mut Process, file: &BStr) -> Result<BString, Errno> {
    let mut file = file.to_owned();
    for _ in 0..MOST_LINKS {
        match existing(p, file.as_bstr()) {
            Err(Errno::ENOENT) => {}
            other => return other,
        }
        let Ok(target) = p.readlink(&file) else {
            let stripped = path::strip(file.as_bstr());
            let slash = stripped.rfind_byte(b'/').ok_or(Errno::ENOENT)?;
            let directory = existing(p, stripped[..=slash].as_bstr())?;
            let directory = if directory == "//" { "/".into() } else { directory };
            return Ok(path::join(directory.as_bstr(), stripped[slash + 1..].as_bstr()));
        };
        // busybox takes the link's text from the working directory, wherever the link is.
        file = if target.starts_with(b"/") {
            target
        } else {
            path::join(p.getcwd()?.as_bstr(), target.as_bstr())
        };
    }
    Err(Errno::ELOOP)
}

/// The path of a file that is there (realpath(3)).
fn existing(p: &mut Process, file: &BStr) -> Result<BString, Errno> {
    if file.is_empty() {
        return Err(Errno::ENOENT);
    }
    let needs_directory = file.ends_with(b"/");
    let mut rest: Vec<BString> = parts(file);
    let mut done = start(p, file)?;
    let mut links = 0;
    while let Some(part) = rest.pop() {
        if part == ".." {
            done = path::parent(done.as_bstr()).to_owned();
            continue;
        }
        let next = path::join(done.as_bstr(), part.as_bstr());
        let stat = p.lstat(&next)?;
        match stat.file_type {
            FileType::Symlink => {
                links += 1;
                if links > MOST_LINKS {
                    return Err(Errno::ELOOP);
                }
                let target = p.readlink(&next)?;
                if target.starts_with(b"/") {
                    done = "/".into();
                }
                rest.extend(parts(target.as_bstr()));
            }
            FileType::Directory => done = next,
            _ if !rest.is_empty() || needs_directory => return Err(Errno::ENOTDIR),
            _ => done = next,
        }
    }
    Ok(done)
}

/// Where the walk begins; musl keeps two leading slashes.
fn start(p: &mut Process, file: &BStr) -> Result<BString, Errno> {
    if file.starts_with(b"//") && !file.starts_with(b"///") {
        return Ok("//".into());
    }
    if file.starts_with(b"/") { Ok("/".into()) } else { p.getcwd() }
}

/// The parts of a path, last first.
fn parts(file: &BStr) -> Vec<BString> {
    let parts = file.split_str("/").filter(|part| !part.is_empty() && *part != b".");
    let mut parts: Vec<BString> = parts.map(BString::from).collect();
    parts.reverse();
    parts
}
