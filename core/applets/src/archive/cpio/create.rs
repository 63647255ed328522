//! Making an archive of the files whose names come in.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::{Device, FileType, Follow, Mode};

use super::header::{self, Header};
use super::{Owner, Plan};
use crate::frame::{say, stream};

/// Files of one inode: their content comes once, with the last of them.
struct Linked {
    identity: (u64, vfs::Ino),
    /// The latest name first, as they are written.
    files: Vec<(BString, Header)>,
}

/// The archive of the names on standard input.
pub(super) async fn archive(p: &mut Process, plan: &Plan, names: &[u8]) -> Result<Vec<u8>, Exit> {
    let end = if plan.zero { b'\0' } else { b'\n' };
    let mut archive = Vec::new();
    let mut linked: Vec<Linked> = Vec::new();
    let mut inodes: Vec<(u64, vfs::Ino)> = Vec::new();
    for name in names.split(|&byte| byte == end).filter(|name| !name.is_empty()) {
        p.tick(1).await;
        let name = name.as_bstr();
        let stat = if plan.follow { p.stat(name) } else { p.lstat(name) };
        let stat = match stat {
            Ok(stat) => stat,
            Err(errno) => return Err(say::die_errno(p, name, errno).await),
        };
        let device = p.device(name, if plan.follow { Follow::Yes } else { Follow::No }).unwrap_or(0);
        let identity = (device, stat.ino);
        let mut header = header_of(plan, name, &stat, device);
        if plan.renumber {
            let known = inodes.iter().position(|known| *known == identity && stat.nlink > 1);
            let at = known.unwrap_or_else(|| {
                inodes.push(identity);
                inodes.len() - 1
            });
            header.ino = u32::try_from(at + 1).unwrap_or(u32::MAX);
        }
        if stat.nlink > 1 && stat.file_type == FileType::Regular {
            match linked.iter_mut().find(|linked| linked.identity == identity) {
                Some(linked) => linked.files.insert(0, (name.to_owned(), header)),
                None => linked.insert(0, Linked { identity, files: vec![(name.to_owned(), header)] }),
            }
            continue;
        }
        file(p, name, &header, &mut archive).await?;
    }
    for Linked { files, .. } in linked {
        let last = files.len() - 1;
        for (index, (name, header)) in files.iter().enumerate() {
            let size = if index == last { header.size } else { 0 };
            file(p, name.as_bstr(), &Header { size, ..header.clone() }, &mut archive).await?;
        }
    }
    header::finish(&mut archive);
    Ok(archive)
}

/// The numbers of a device as one number, as Linux packs them.
fn halves(device: u64) -> (u32, u32) {
    ((device >> 8 & 0xfff) as u32, (device & 0xff) as u32)
}

fn header_of(plan: &Plan, name: &BStr, stat: &vfs::Stat, device: u64) -> Header {
    let Owner { uid, gid } = plan.owner;
    // Names in an archive do not begin with a slash.
    let name = name.trim_start_with(|c| c == '/');
    Header {
        name: name.into(),
        ino: stat.ino.0 as u32,
        kind: stat.file_type,
        mode: stat.mode,
        uid: uid.unwrap_or(stat.uid),
        gid: gid.unwrap_or(stat.gid),
        nlink: stat.nlink,
        mtime: stat.mtime.secs() as u32,
        size: if matches!(stat.file_type, FileType::Regular | FileType::Symlink) {
            stat.size as u32
        } else {
            0
        },
        device: if plan.no_device { (0, 0) } else { halves(device) },
        rdev: match stat.file_type {
            FileType::CharDevice | FileType::BlockDevice => stat.rdev,
            _ => Device::default(),
        },
    }
}

async fn file(p: &mut Process, name: &BStr, header: &Header, archive: &mut Vec<u8>) -> Result<(), Exit> {
    let content = match header.kind {
        _ if header.size == 0 => Vec::new(),
        FileType::Symlink => match p.readlink(name) {
            Ok(target) => target.into(),
            Err(errno) => return Err(say::die_errno(p, name, errno).await),
        },
        _ => match p.open(name, OpenFlags::RDONLY, Mode::default()).await {
            Ok(fd) => {
                let content = stream::read_all(p, fd).await;
                stream::close(p, fd);
                content.unwrap_or_default()
            }
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", name), errno).await),
        },
    };
    let before = archive.len() as u64;
    Header { size: content.len() as u32, ..header.clone() }.write(archive);
    archive.extend_from_slice(&content);
    header::pad(archive);
    p.hold_memory(before, archive.len() as u64);
    Ok(())
}
