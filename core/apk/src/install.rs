//! Putting the files of a package in place.
//!
//! As apk does: everything is unpacked under temporary names first, then each file takes the place
//! of what is there, unless that is a changed file in a protected place.

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice};
use digest::sha256;
use kernel::TimeChange;
use vfs::{Errno, FileType, Follow, Mode};

use crate::{
    checksum::Checksum,
    contents::{Entry, EntryNode, PackageContents, Payload},
    directories::{Directories, agreed, parent},
    installed::{Access, OwnedDirectory, OwnedFile},
    owners::Ids,
    progress,
    session::Session,
    stand_in::is_pristine,
    universe::PackageId,
};

/// A file that has been unpacked under its temporary name.
struct Unpacked {
    /// Directory and name.
    place: (BString, BString),
    temporary: BString,
    file: OwnedFile,
    /// The checksum of the bytes as written, when it is known.
    written: Option<Checksum>,
}

/// As many links the kernel follows on a way.
const MAX_LINKS: u32 = 40;

/// Who owns a path: for every file of an installed package, the package.
pub(crate) type FileOwners = BTreeMap<BString, PackageId>;

impl Session<'_> {
    /// All files of installed packages.
    pub(crate) fn file_owners(&self) -> FileOwners {
        let mut owners = FileOwners::new();
        for installed in &self.db.installed {
            for directory in &installed.record.directories {
                for file in &directory.files {
                    owners.insert(join(&directory.path, &file.name), installed.id);
                }
            }
        }
        owners
    }

    /// Unpacks a package and puts its files in place; its record gets them all.
    pub(crate) async fn install_files(
        &mut self,
        id: PackageId,
        contents: &PackageContents,
        directories: &mut Directories,
    ) {
        let ids = self.ids().await;
        let owners = self.file_owners();
        let mut unpacked: Vec<Unpacked> = Vec::new();
        let (mut unpacked_bytes, all_bytes) = (0, self.db.package(id).installed_size);
        for entry in &contents.entries {
            let access = access(entry, &ids);
            if self.leads_out(&entry.path) {
                self.console.error(format!("Failed to create {}: {}", entry.path, Errno::EXDEV));
                self.mark_broken(id);
                continue;
            }
            if self.console.verbosity > 2 {
                let kind = if matches!(entry.node, EntryNode::Directory) { "/ (dir)" } else { "" };
                self.console.message(format!("{}{kind}", entry.path));
            }
            if let EntryNode::Directory = entry.node {
                self.install_directory(id, entry, access, directories);
                continue;
            }
            if let Some(owner) = owners.get(&entry.path).copied().filter(|owner| *owner != id)
                && !self.may_take_over(id, owner, contents, &entry.path)
            {
                continue;
            }
            if let EntryNode::File(payload) = &entry.node
                && payload.length() > 0
            {
                self.show_progress(all_bytes.min(unpacked_bytes)).await;
                unpacked_bytes += progress::weight_of_file(payload.length());
            }
            match self.unpack(id, entry, access).await {
                Ok(file) => unpacked.push(file),
                Err(errno) => {
                    self.console.error(format!("Failed to create {}: {errno}", entry.path));
                    self.mark_broken(id);
                }
            }
        }
        self.record_files(id, &unpacked);
        for file in unpacked {
            directories.set_modified(&file.place.0);
            self.put_in_place(id, file, &owners).await;
        }
    }

    fn install_directory(
        &mut self,
        id: PackageId,
        entry: &Entry,
        access: Access,
        directories: &mut Directories,
    ) {
        let path = self.path(&entry.path);
        let found = self.process.lstat(&path).ok();
        let wishes = self.db.installed.iter().flat_map(|installed| &installed.record.directories);
        let wanted = agreed(wishes.filter(|directory| directory.path == entry.path));
        if directories.prepare(&entry.path, found.as_ref(), wanted) {
            // A parent that is no directory shows when its first file is made.
            let _ = self.process.mkdir(path, entry.mode);
        }
        directories.set_modified(&entry.path);
        if let Some(installed) = self.db.entry_mut(id) {
            owned_directory(&mut installed.record.directories, &entry.path).access = access;
        }
    }

    /// Whether a package may overwrite a file of another one. What keeps it from that is printed.
    fn may_take_over(
        &mut self,
        id: PackageId,
        owner: PackageId,
        contents: &PackageContents,
        path: &BString,
    ) -> bool {
        let (new, old) = (self.db.package(id).clone(), self.db.package(owner).clone());
        if new.name == old.name || (new.about().origin.is_some() && new.about().origin == old.about().origin)
        {
            return true;
        }
        let Some(owner_record) = self.db.entry(owner).map(|entry| &entry.record) else { return true };
        let names = |list: &[crate::Dependency], package: &crate::Package| {
            list.iter().any(|replaced| {
                let fits = |(operator, version): &(crate::Operator, std::rc::Rc<str>)| {
                    operator.accepts(self.engine, &package.version, version)
                };
                replaced.name == package.name && replaced.version.as_ref().is_none_or(fits)
            })
        };
        let rank = |named: bool, priority: u32| if named { i64::from(priority) } else { -1 };
        let theirs = rank(names(&owner_record.replaces, &new), owner_record.replaces_priority);
        let ours = rank(names(&contents.replaces, &old), contents.replaces_priority);
        if theirs > ours {
            return false;
        }
        if ours >= 0 {
            return true;
        }
        if self.settings.force.overwrite {
            self.console.warning(format!("{}: overwriting {path} owned by {}.", new.label(), old.label()));
            return true;
        }
        self.console.error(format!("{}: trying to overwrite {path} owned by {}.", new.label(), old.label()));
        self.mark_broken(id);
        false
    }

    fn mark_broken(&mut self, id: PackageId) {
        if let Some(installed) = self.db.entry_mut(id) {
            installed.record.broken.files = true;
        }
    }

    /// Whether the links on the way to a path lead out of the root: those of a package that is installed into
    /// another root could point to the system that apk runs on.
    fn leads_out(&mut self, path: &[u8]) -> bool {
        if self.settings.root.as_deref().is_none_or(|root| root.trim_end_matches('/').is_empty()) {
            return false;
        }
        let (mut way, mut hops) = (Vec::<BString>::new(), 0);
        let mut open: Vec<BString> = components(split(path).0);
        while let Some(part) = open.pop() {
            if part == ".." && way.pop().is_none() {
                return true;
            } else if part == ".." {
                continue;
            }
            way.push(part);
            let place = self.path(bstr::join("/", &way));
            if let Ok(target) = self.process.readlink(place) {
                hops += 1;
                if target.starts_with(b"/") || hops > MAX_LINKS {
                    return true;
                }
                way.pop();
                open.extend(components(&target));
            }
        }
        false
    }

    async fn unpack(&mut self, id: PackageId, entry: &Entry, access: Access) -> Result<Unpacked, Errno> {
        let (folder, name) = split(&entry.path);
        let temporary = self.temporary(id, folder, name);
        match self.process.unlink(&temporary) {
            Ok(()) | Err(Errno::ENOENT) => {}
            Err(errno) => return Err(errno),
        }
        let mode = Mode::new(access.mode.into());
        let mut follow = Follow::Yes;
        let written = match &entry.node {
            EntryNode::File(payload) => {
                match payload {
                    Payload::Bytes(bytes) => {
                        self.write_new(&temporary, bytes, bytes.len() as u64, mode).await?;
                    }
                    Payload::StandIn(file) => {
                        self.write_new(&temporary, &file.head(), file.length, mode).await?;
                    }
                }
                payload.checksum()
            }
            EntryNode::Symlink(target) => {
                follow = Follow::No;
                self.process.symlink(target, &temporary)?;
                Some(Checksum::of(target))
            }
            EntryNode::Hardlink(target) => {
                let (folder, name) = split(target);
                let target = self.temporary(id, folder, name);
                self.process.link(target, &temporary)?;
                None
            }
            EntryNode::Directory => return Err(Errno::EISDIR),
        };
        if self.process.cred().uid == 0 && !self.no_chown {
            self.process.chown(&temporary, Some(access.uid), Some(access.gid), follow)?;
            if access.mode & 0o7000 != 0 && follow == Follow::Yes {
                self.process.chmod(&temporary, mode)?;
            }
        }
        if follow == Follow::Yes {
            let time = TimeChange::At(entry.mtime);
            self.process.utimens(&temporary, time, time, Follow::Yes)?;
        }
        let file = OwnedFile { name: name.into(), access, checksum: entry.checksum.or(written) };
        Ok(Unpacked { place: (folder.into(), name.into()), temporary, file, written })
    }

    /// apk's temporary names: a digest of package and path, next to the file.
    fn temporary(&self, id: PackageId, folder: &[u8], name: &[u8]) -> BString {
        let package = self.db.package(id).name.as_bytes();
        let digest = sha256([package, b"\0", folder, b"/", name].concat()).hex();
        self.path(join(folder, format!(".apk.{}", &digest[..48]).as_bytes()))
    }

    fn record_files(&mut self, id: PackageId, unpacked: &[Unpacked]) {
        let Some(installed) = self.db.entry_mut(id) else { return };
        for file in unpacked {
            let directory = owned_directory(&mut installed.record.directories, &file.place.0);
            match directory.files.iter_mut().find(|known| known.name == file.file.name) {
                Some(known) => *known = file.file.clone(),
                None => directory.files.push(file.file.clone()),
            }
        }
    }

    /// Gives an unpacked file its name, or leaves it aside as `.apk-new`.
    async fn put_in_place(&mut self, id: PackageId, file: Unpacked, owners: &FileOwners) {
        let relative = join(&file.place.0, &file.place.1);
        let path = self.path(&relative);
        let owner = owners.get(&relative).copied();
        if self.protected.of_path(&file.place.0).is_none() || self.process.lstat(&path).is_err() {
            self.rename_into(id, &file.temporary, &path);
            return self.release(id, owner, &file.place);
        }
        let recorded = owner.and_then(|owner| self.recorded_checksum(owner, &file.place));
        let changed = match recorded {
            Some(checksum) => !self.is_unchanged(&path, checksum).await,
            None => true,
        };
        if !changed {
            self.rename_into(id, &file.temporary, &path);
        } else {
            let same = match file.written.or(file.file.checksum) {
                Some(checksum) => self.is_unchanged(&path, checksum).await,
                None => false,
            };
            if same || self.settings.clean_protected {
                // Nothing is lost: what is there stays.
                let _ = self.process.unlink(&file.temporary);
            } else {
                let aside = [&path[..], b".apk-new"].concat();
                self.rename_into(id, &file.temporary, &aside);
            }
        }
        self.release(id, owner, &file.place);
    }

    fn rename_into(&mut self, id: PackageId, from: &BString, to: &[u8]) {
        if self.process.rename(from, to).is_err() {
            let label = self.db.package(id).label();
            let root = self.path("");
            let [from, to] =
                [&from[..], to].map(|path| path.strip_prefix(&root[..]).unwrap_or(path).as_bstr());
            self.console.error(format!("{label}: failed to rename {from} to {to}."));
            self.mark_broken(id);
        }
    }

    /// Takes a file out of its former owner's record.
    fn release(&mut self, id: PackageId, owner: Option<PackageId>, place: &(BString, BString)) {
        let Some(former) = owner.filter(|owner| *owner != id) else { return };
        if let Some(installed) = self.db.entry_mut(former) {
            for directory in installed.record.directories.iter_mut().filter(|d| d.path == place.0) {
                directory.files.retain(|file| file.name != place.1);
            }
        }
    }

    pub(crate) fn recorded_checksum(&self, id: PackageId, place: &(BString, BString)) -> Option<Checksum> {
        let mut directories = self.db.entry(id)?.record.directories.iter();
        let directory = directories.find(|directory| directory.path == place.0)?;
        directory.files.iter().find(|file| file.name == place.1)?.checksum
    }

    /// Whether a file or link is still what a checksum was taken of.
    pub(crate) async fn is_unchanged(&mut self, path: &BString, checksum: Checksum) -> bool {
        match self.process.lstat(path).map(|stat| stat.file_type) {
            Ok(FileType::Symlink) => {
                self.process.readlink(path).is_ok_and(|target| Checksum::of(target) == checksum)
            }
            Ok(FileType::Regular) => self.read(path).await.is_ok_and(|bytes| is_pristine(&bytes, checksum)),
            _ => false,
        }
    }
}

fn access(entry: &Entry, ids: &Ids) -> Access {
    let mode = entry.mode.bits() as u16;
    Access { uid: ids.user(&entry.owner), gid: ids.group(&entry.group), mode, xattrs: None }
}

/// The record of a directory, a new one at the end if need be.
fn owned_directory<'d>(list: &'d mut Vec<OwnedDirectory>, path: &[u8]) -> &'d mut OwnedDirectory {
    let at = list.iter().position(|directory| directory.path == path).unwrap_or_else(|| {
        list.push(OwnedDirectory { path: path.into(), access: Access::DIRECTORY, files: Vec::new() });
        list.len() - 1
    });
    &mut list[at]
}

/// The parts of a path, the first one last.
fn components(path: &[u8]) -> Vec<BString> {
    let parts = path.split(|&byte| byte == b'/').filter(|part| !part.is_empty() && *part != b".");
    parts.rev().map(BString::from).collect()
}

/// Directory and name.
pub(crate) fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let folder = parent(path);
    let name = if folder.is_empty() { path } else { &path[folder.len() + 1..] };
    (folder, name)
}

/// The path of a name in a directory.
pub(crate) fn join(folder: &[u8], name: &[u8]) -> BString {
    match folder.is_empty() {
        true => name.into(),
        false => [folder, b"/", name].concat().into(),
    }
}
