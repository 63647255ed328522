//! `cd`, `chdir`.

use bstr::{BString, ByteSlice};
use kernel::Process;
use vfs::FileType;

use super::options::Letters;
use super::{Done, status};
use crate::exec::Machine;

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let mut letters = Letters::new(args, b"LP");
    let mut physical = false;
    while let Some((letter, _)) = letters.next(m)? {
        physical = letter == b'P';
    }
    let operand = letters.operands().first().cloned();
    let mut prints = false;
    let target = match operand {
        None => m.state.vars.get(b"HOME").map(BString::from).unwrap_or_default(),
        Some(dash) if dash == "-" => {
            prints = true;
            m.state.vars.get(b"OLDPWD").map(BString::from).unwrap_or_default()
        }
        Some(target) => target,
    };
    let target = if target.is_empty() { BString::from(".") } else { target };
    let mut candidates = Vec::new();
    let is_relative =
        !target.starts_with(b"/") && !matches!(target.split_str("/").next(), Some(b"." | b".."));
    if is_relative && let Some(paths) = m.state.vars.get(b"CDPATH") {
        for prefix in paths.split_str(":") {
            if prefix.is_empty() {
                candidates.push((target.clone(), false));
                continue;
            }
            let mut path = BString::from(prefix);
            path.push(b'/');
            path.extend_from_slice(&target);
            candidates.push((path, true));
        }
    }
    candidates.push((target.clone(), false));
    let mut failure = vfs::Errno::ENOENT;
    for (path, announces) in candidates {
        match change(m, p, &path, physical) {
            Ok(()) => {
                if prints || announces {
                    let directory = m.state.directory.clone();
                    m.out.extend_from_slice(&directory);
                    m.out.push(b'\n');
                }
                return status(0);
            }
            Err(errno) => failure = errno,
        }
    }
    let mut message = BString::from("can't cd to ");
    message.extend_from_slice(&target);
    message.extend_from_slice(format!(": {failure}").as_bytes());
    Err(m.raise(message))
}

/// Enters a directory and updates `PWD` and `OLDPWD`.
fn change(m: &mut Machine, p: &mut Process, path: &[u8], physical: bool) -> Result<(), vfs::Errno> {
    let logical = logical_path(&m.state.directory, path);
    if physical {
        p.chdir(path)?;
    } else if p.chdir(&logical).is_err() {
        // The logical name does not lead anywhere: take the path as the kernel does.
        if p.stat(path)?.file_type != FileType::Directory {
            return Err(vfs::Errno::ENOTDIR);
        }
        p.chdir(path)?;
    }
    let directory = if physical { p.cwd() } else { logical };
    let old = std::mem::replace(&mut m.state.directory, directory.clone());
    // A read-only PWD stays as it is.
    let _ = m.state.vars.set_exported(b"OLDPWD".as_slice().into(), &old);
    let _ = m.state.vars.set_exported(b"PWD".as_slice().into(), &directory);
    let names: Vec<BString> = m.state.hashed.keys().cloned().collect();
    for name in names {
        if let Some(hashed) = m.state.hashed.get_mut(&name) {
            hashed.stale = true;
        }
    }
    Ok(())
}

/// `path` from `directory`, with `.` and `..` resolved by name. Two slashes at the beginning stay two.
fn logical_path(directory: &[u8], path: &[u8]) -> BString {
    let mut parts: Vec<&[u8]> = Vec::new();
    let (start, whole): (&[u8], _) =
        if path.starts_with(b"/") { (b"", path) } else { (directory, directory) };
    for part in start.split_str("/").chain(path.split_str("/")) {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let is_double = whole.starts_with(b"//") && !whole.starts_with(b"///");
    let mut out = BString::from(if is_double { "//" } else { "/" });
    out.extend_from_slice(&bstr::join("/", parts));
    out
}
