//! What packages of the mirror hold: the real list of files where there is one, else what the
//! index and the recipe say of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use apk::{Checksum, Dependency, Entry, EntryNode, Owner, Package, PackageContents, Payload, StandIn};
use bstr::{BString, ByteSlice};
use vfs::{Mode, Time};

use crate::{
    extras::{ExtraFacts, Extras, PathFact},
    known,
    notes::Note,
    pack::{Damaged, Pack, Table},
    script_text,
};

/// Directories whose files are programs.
const PROGRAM_DIRECTORIES: [&str; 6] =
    ["bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin"];

/// The facts about contents.
pub(crate) struct Contents {
    extras: ExtraFacts,
    files: Table,
}

impl Contents {
    pub(crate) fn open(pack: &mut Pack) -> Result<Self, Damaged> {
        Ok(Contents { extras: ExtraFacts::open(pack)?, files: pack.table("files")? })
    }

    /// What a package holds.
    pub(crate) fn of(&self, package: &Package) -> Result<PackageContents, Damaged> {
        let extras = self.extras.of(&package.name)?;
        let mut draft = Draft::new(package);
        match self.files.find(package.name.as_bytes())? {
            Some((block, at)) => draft.listed(block.value(at))?,
            None => draft.derived(package, &extras),
        }
        draft.own(&extras.installed);
        draft.own(&extras.owners);
        Ok(PackageContents {
            entries: draft.finish(package),
            scripts: script_text::of_package(&package.name, &package.label(), &extras),
            triggers: extras.triggers.iter().map(|pattern| pattern.as_str().into()).collect(),
            replaces: extras.replaces.iter().filter_map(|word| Dependency::parse(word)).collect(),
            replaces_priority: extras.replaces_priority,
        })
    }
}

/// A file whose size may still be open.
struct File {
    mode: u32,
    size: Option<u64>,
    checksum: Option<Checksum>,
    ids: Option<(u32, u32)>,
}

enum Kind {
    Directory { mode: u32 },
    Link(String),
    File(File),
}

/// The paths of a package, in the order in which they are met.
struct Draft {
    time: Time,
    version: Rc<str>,
    order: Vec<String>,
    kinds: BTreeMap<String, Kind>,
    owners: BTreeMap<String, (String, String)>,
}

impl Draft {
    fn new(package: &Package) -> Self {
        Draft {
            time: Time::from_secs(i64::try_from(package.about().build_time).unwrap_or(0)),
            version: package.version.clone(),
            order: Vec::new(),
            kinds: BTreeMap::new(),
            owners: BTreeMap::new(),
        }
    }

    fn add(&mut self, path: &str, kind: Kind) {
        if !self.kinds.contains_key(path) {
            if let Some((folder, _)) = path.rsplit_once('/') {
                self.add_directory(folder, 0o755);
            }
            self.order.push(path.to_owned());
            self.kinds.insert(path.to_owned(), kind);
        }
    }

    fn add_directory(&mut self, path: &str, mode: u32) {
        let ends = path.char_indices().filter(|(_, c)| *c == '/').map(|(i, _)| i);
        for end in ends.chain([path.len()]) {
            let wanted = if end == path.len() { mode } else { 0o755 };
            if !self.kinds.contains_key(&path[..end]) {
                self.order.push(path[..end].to_owned());
                self.kinds.insert(path[..end].to_owned(), Kind::Directory { mode: wanted });
            }
        }
    }

    /// A list of files as the packer writes it.
    fn listed(&mut self, list: &[u8]) -> Result<(), Damaged> {
        let mut previous = String::new();
        for line in list.lines() {
            let line = line.to_str().map_err(|_| Damaged)?;
            let (letter, rest) = line.split_at_checked(1).ok_or(Damaged)?;
            let shared =
                usize::from(rest.as_bytes().first().ok_or(Damaged)?.checked_sub(0x20).ok_or(Damaged)?);
            let mut columns = rest[1..].split('\t');
            let tail = columns.next().unwrap_or_default();
            let path = format!("{}{tail}", previous.get(..shared).ok_or(Damaged)?);
            self.listed_path(letter, &path, &columns.collect::<Vec<_>>());
            previous = path;
        }
        Ok(())
    }

    fn listed_path(&mut self, letter: &str, path: &str, columns: &[&str]) {
        let column = |at: usize| columns.get(at).copied().unwrap_or_default();
        let access = parse_access(column(0));
        match letter {
            "D" => self.add_directory(path, access.map_or(0o755, |(_, _, mode)| mode)),
            "L" if column(0) != "?" => self.add(path, Kind::Link(column(0).to_owned())),
            "F" => self.add(
                path,
                Kind::File(File {
                    mode: access.map_or(0o644, |(_, _, mode)| mode),
                    size: column(1).parse().ok(),
                    checksum: Checksum::parse(&format!("Q1{}", column(2))),
                    ids: access.map(|(uid, gid, _)| (uid, gid)),
                }),
            ),
            _ => {}
        }
    }

    /// What the index says of the files: commands, libraries, pkg-config files.
    fn derived(&mut self, package: &Package, extras: &Extras) {
        for provided in &package.provides {
            let Some((kind, name)) = provided.name.split_once(':') else { continue };
            match kind {
                "cmd" => {
                    let ends = |path: &&String| path.rsplit('/').next() == Some(name);
                    let path = extras.command_paths.iter().find(ends);
                    let path = path.map_or_else(|| format!("/usr/bin/{name}"), String::clone);
                    self.add(path.trim_start_matches('/'), unsized_file(0o755));
                }
                "so" => self.add_library(name, provided),
                "pc" => self.add(&format!("usr/lib/pkgconfig/{name}.pc"), unsized_file(0o644)),
                _ => {}
            }
        }
        for fact in &extras.installed {
            let path = fact.path.trim_start_matches('/');
            let mode = u32::from_str_radix(&fact.mode, 8);
            match fact.directory {
                true => self.add_directory(path, mode.unwrap_or(0o755)),
                false => self.add(path, unsized_file(mode.unwrap_or(0o644))),
            }
        }
    }

    fn add_library(&mut self, name: &str, provided: &Dependency) {
        let version = provided.version.as_ref().map_or("0", |(_, version)| version);
        let stem = name.find(".so").map_or(name, |at| &name[..at + 3]);
        let full = format!("{stem}.{version}");
        if version == "0" || full.len() <= name.len() || !full.starts_with(name) {
            return self.add(&format!("usr/lib/{name}"), unsized_file(0o755));
        }
        self.add(&format!("usr/lib/{name}"), Kind::Link(full.clone()));
        self.add(&format!("usr/lib/{full}"), unsized_file(0o755));
    }

    /// Owners by name, which lists of files do not have.
    fn own(&mut self, facts: &[PathFact]) {
        for fact in facts {
            let path = fact.path.trim_start_matches('/');
            if self.kinds.contains_key(path) && !fact.owner.is_empty() {
                self.owners.insert(path.to_owned(), (fact.owner.clone(), fact.group.clone()));
            }
        }
    }

    /// Spreads what is left of the installed size over the files whose size is open: first over
    /// programs and libraries, if there are any.
    fn settle_sizes(&mut self, package: &Package) {
        let known: u64 = self.files().filter_map(|(_, file)| file.size).sum();
        let left = package.installed_size.saturating_sub(known);
        let open: Vec<String> =
            self.files().filter(|(_, f)| f.size.is_none()).map(|(p, _)| p.clone()).collect();
        let executable =
            |path: &&String| matches!(&self.kinds[*path], Kind::File(file) if file.mode & 0o111 != 0);
        let large: BTreeSet<String> = open.iter().filter(executable).cloned().collect();
        let sharing = if large.is_empty() { open.len() } else { large.len() } as u64;
        for path in &open {
            let share = if large.is_empty() || large.contains(path) { left / sharing } else { 0 };
            if let Some(Kind::File(file)) = self.kinds.get_mut(path) {
                file.size = Some(share);
            }
        }
        if open.is_empty() && known == 0 && left > 0 {
            let size = Some(left);
            let rest = File { mode: 0o644, size, checksum: None, ids: None };
            self.add(&format!("usr/share/{0}/{0}.stand-in", package.name), Kind::File(rest));
        }
    }

    fn files(&self) -> impl Iterator<Item = (&String, &File)> {
        self.kinds.iter().filter_map(|(path, kind)| match kind {
            Kind::File(file) => Some((path, file)),
            _ => None,
        })
    }

    fn finish(mut self, package: &Package) -> Vec<Entry> {
        self.settle_sizes(package);
        self.order.iter().filter_map(|path| Some(self.entry(path, self.kinds.get(path)?))).collect()
    }

    fn entry(&self, path: &str, kind: &Kind) -> Entry {
        let (mode, node, ids, checksum) = match kind {
            Kind::Directory { mode } => (*mode, EntryNode::Directory, None, None),
            Kind::Link(target) => (0o777, EntryNode::Symlink(target.as_str().into()), None, None),
            Kind::File(file) if known::text(path).is_some() => {
                let text = known::text(path).unwrap_or_default();
                let (bytes, checksum) = (Payload::Bytes(text.into()), Checksum::of(text));
                (file.mode, EntryNode::File(bytes), file.ids, Some(checksum))
            }
            Kind::File(file) => {
                let length = file.size.unwrap_or(0);
                let program = program(path, file.mode, &self.version);
                let stand_in = StandIn { length, checksum: file.checksum, program };
                (file.mode, EntryNode::File(Payload::StandIn(stand_in)), file.ids, file.checksum)
            }
        };
        let (owner, group) = match (self.owners.get(path), ids) {
            (Some((owner, group)), _) => (named(owner), named(group)),
            (None, Some((uid, gid))) => (Owner::Id(uid), Owner::Id(gid)),
            (None, None) => (Owner::Id(0), Owner::Id(0)),
        };
        // Every file has a checksum in the database: one of its name where its own is not known.
        let checksum = match node {
            EntryNode::File(_) => checksum.or_else(|| Some(Checksum::of(path))),
            _ => checksum,
        };
        let node = match node {
            EntryNode::File(Payload::StandIn(file)) => {
                EntryNode::File(Payload::StandIn(StandIn { checksum, ..file }))
            }
            node => node,
        };
        Entry {
            path: BString::from(path),
            mode: Mode::new(mode),
            owner,
            group,
            mtime: self.time,
            node,
            checksum,
        }
    }
}

fn named(name: &str) -> Owner {
    if name == "root" { Owner::Id(0) } else { Owner::Named(name.into(), 0) }
}

fn unsized_file(mode: u32) -> Kind {
    Kind::File(File { mode, size: None, checksum: None, ids: None })
}

/// The note on a packaged program; none on what is no program.
fn program(path: &str, mode: u32, version: &str) -> Option<vfs::ProgramNote> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_program = mode & 0o111 != 0 && PROGRAM_DIRECTORIES.contains(&folder);
    is_program.then(|| Note::of_executable(&format!("/{path}"), version).into_note())
}

/// `uid:gid:mode`
fn parse_access(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split(':');
    let (uid, gid) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some((uid, gid, u32::from_str_radix(parts.next()?, 8).ok()?))
}
