//! Listing and unpacking.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process, TimeChange};
use pattern::{FnmatchFlags, fnmatch};
use vfs::{Errno, FileType, Follow, Mode, Time};

use super::Plan;
use super::header::{self, Broken, Header, padded};
use crate::archive::tar::list;
use crate::files::mkdir::Maker;
use crate::frame::{path, say};
use crate::time::zone::Zone;

/// Reads an archive; where it ends, if it is one.
pub(super) async fn read(p: &mut Process, plan: &Plan, archive: &[u8]) -> Result<Option<usize>, Exit> {
    let mut at = 0;
    // Names whose content comes with another entry of their inode.
    let mut waiting: Vec<Header> = Vec::new();
    let mut made: Vec<(u32, BString)> = Vec::new();
    let zone = Zone::of(p.env().get("TZ"));
    let end = loop {
        p.tick(1).await;
        let (header, length) = match Header::read(&archive[at..]) {
            Ok(Some(found)) => found,
            Ok(None) if at == archive.len() => break None,
            Ok(None) => break Some(at + header::TRAILER_LENGTH),
            Err(broken) => return Err(say::die(p, broken.message()).await),
        };
        at += length;
        let content = archive.get(at..at + header.size as usize);
        at = padded(at + header.size as usize).min(archive.len());
        if header.kind == FileType::Regular && header.nlink > 1 {
            if header.size == 0 {
                waiting.push(header);
                continue;
            }
            made.push((header.ino, header.name.clone()));
        }
        if plan.selects(header.name.as_bstr()) {
            entry(p, plan, &header, content, &zone).await?;
        } else if content.is_none() {
            return Err(say::die(p, Broken::Short.message()).await);
        }
    };
    for header in waiting {
        let first = made.iter().find(|(ino, _)| *ino == header.ino).map(|(_, name)| name.clone());
        match first {
            // Empty files of one inode: the first of them is made.
            None => {
                made.push((header.ino, header.name.clone()));
                if plan.selects(header.name.as_bstr()) {
                    entry(p, plan, &header, Some(b""), &zone).await?;
                }
            }
            Some(first) if !plan.list && plan.selects(header.name.as_bstr()) => {
                link(p, plan, &header, first.as_bstr()).await?;
            }
            Some(_) => {}
        }
    }
    Ok(end)
}

impl Plan {
    fn selects(&self, name: &BStr) -> bool {
        self.patterns.is_empty()
            || self.patterns.iter().any(|pattern| fnmatch(pattern, name, FnmatchFlags::default()))
    }
}

/// One entry; its content is missing where the archive is cut. The name is shown when the file is there.
async fn entry(
    p: &mut Process,
    plan: &Plan,
    header: &Header,
    content: Option<&[u8]>,
    zone: &Zone,
) -> Result<(), Exit> {
    let fresh = !plan.list && prepare(p, plan, header).await?;
    let Some(content) = content else { return Err(say::die(p, Broken::Short.message()).await) };
    if plan.list {
        return say::print(p, line(plan, header, content, zone)).await;
    }
    if fresh {
        make(p, plan, header, content).await?;
    }
    if plan.verbose {
        say::print(p, bytes!("{}\n", header.name)).await?;
    }
    Ok(())
}

async fn make(p: &mut Process, plan: &Plan, header: &Header, content: &[u8]) -> Result<(), Exit> {
    let name = &header.name;
    let made = match header.kind {
        FileType::Regular | FileType::Socket => return regular(p, plan, header, content).await,
        FileType::Directory => match p.mkdir(name, header.mode) {
            Err(Errno::EEXIST) => Ok(()),
            other => other,
        },
        FileType::Symlink => match p.symlink(content, name) {
            Ok(()) => Ok(()),
            Err(errno) => {
                let message = bytes!("can't create symlink '{}' to '{}'", name, content);
                return Err(say::die_errno(p, message, errno).await);
            }
        },
        kind => p.mknod(name, kind, header.mode, header.rdev),
    };
    match made {
        Ok(()) => dress(p, plan, header),
        Err(errno) if header.kind == FileType::Directory => {
            say::errno(p, bytes!("can't make dir {}", name), errno).await;
        }
        Err(errno) => say::errno(p, bytes!("can't create node {}", name), errno).await,
    }
    Ok(())
}

fn line(plan: &Plan, header: &Header, content: &[u8], zone: &Zone) -> BString {
    if !plan.verbose {
        return bytes!("{}\n", header.name);
    }
    let plan_owner = plan.owner;
    list::row(&list::Row {
        kind: header.kind,
        mode: header.mode.bits(),
        user: plan_owner.uid.unwrap_or(header.uid).to_string().into(),
        group: plan_owner.gid.unwrap_or(header.gid).to_string().into(),
        size: if header.kind == FileType::Symlink { 0 } else { u64::from(header.size) },
        mtime: i64::from(header.mtime),
        name: header.name.as_bstr(),
        link: if header.kind == FileType::Symlink { content.as_bstr() } else { b"".as_bstr() },
        zone,
    })
}

/// Makes room for a file; false when one that is there stays.
async fn prepare(p: &mut Process, plan: &Plan, header: &Header) -> Result<bool, Exit> {
    let name = header.name.as_bstr();
    if plan.directories {
        let parent = path::parent(name).to_owned();
        if parent != "." && parent != "/" {
            let maker = Maker { parents: true, mode: None, verbose: false };
            if let Err((directory, errno)) = maker.make(p, parent.as_bstr()).await? {
                say::errno(p, bytes!("can't create directory '{}'", directory), errno).await;
            }
        }
    }
    let Ok(there) = p.lstat(name) else { return Ok(true) };
    if header.kind == FileType::Directory {
        return Ok(true);
    }
    if !plan.overwrite && (there.mtime.secs() >= i64::from(header.mtime)) {
        say::error(p, bytes!("{} not created: newer or same age file exists", name)).await;
        return Ok(false);
    }
    match p.unlink(name) {
        Ok(()) | Err(Errno::ENOENT) => Ok(true),
        Err(errno) => Err(say::die_errno(p, bytes!("can't remove old file {}", name), errno).await),
    }
}

async fn regular(p: &mut Process, plan: &Plan, header: &Header, content: &[u8]) -> Result<(), Exit> {
    let flags = OpenFlags::WRONLY | OpenFlags::CREAT | OpenFlags::EXCL;
    let fd = match p.open(&header.name, flags, header.mode).await {
        Ok(fd) => fd,
        Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", header.name), errno).await),
    };
    let written = p.write_all(fd, content).await;
    // What close(2) could tell, write(2) has told.
    let _ = p.close(fd);
    if let Err(errno) = written {
        return Err(say::die_errno(p, "write error", errno).await);
    }
    dress(p, plan, header);
    Ok(())
}

async fn link(p: &mut Process, plan: &Plan, header: &Header, first: &BStr) -> Result<(), Exit> {
    if !prepare(p, plan, header).await? {
        return Ok(());
    }
    match p.link(first, &header.name) {
        Ok(()) => Ok(()),
        Err(errno) => {
            let message = bytes!("can't create hardlink '{}' to '{}'", header.name, first);
            Err(say::die_errno(p, message, errno).await)
        }
    }
}

/// Owner, mode and time, as far as they can be set.
fn dress(p: &mut Process, plan: &Plan, header: &Header) {
    let name = &header.name;
    if p.cred().uid == 0 {
        let (uid, gid) = (plan.owner.uid.unwrap_or(header.uid), plan.owner.gid.unwrap_or(header.gid));
        // As busybox does: what cannot be set is left as it is.
        let _ = p.chown(name, Some(uid), Some(gid), Follow::No);
    }
    if header.kind == FileType::Symlink {
        return;
    }
    let _ = p.chmod(name, Mode::new(header.mode.bits()));
    if plan.times {
        let time = TimeChange::At(Time::from_secs(i64::from(header.mtime)));
        let _ = p.utimens(name, time, time, Follow::No);
    }
}
