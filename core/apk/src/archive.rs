//! The files of a mirror as they are on disk: `APKINDEX.tar.gz` and packages of the second format.
//!
//! Both are tar archives in several gzip members: signature, control part, data.

use std::io::{BufRead, Read};

use bstr::{BString, ByteSlice};
use flate2::bufread::GzDecoder;
use tar::{Archive, EntryType};
use thiserror::Error;
use vfs::{Mode, Time};

use crate::{
    checksum::Checksum,
    contents::{Entry, EntryNode, Owner, PackageContents, Payload, Script, ScriptKind},
    dependency::Dependency,
    package::Package,
};

/// A member that unpacks to more is refused.
const MAX_MEMBER: u64 = 1 << 30;
/// Gzip members of a file; a real one has three.
const MAX_MEMBERS: usize = 8;
/// Entries of an archive.
const MAX_ENTRIES: usize = 400_000;
/// What comes before the name of the key in the name of a signature.
const SIGNATURE: &str = ".SIGN.RSA.";

/// Why a file is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ArchiveError {
    /// No gzip or tar.
    #[error("BAD archive")]
    Malformed,
    /// It has none of the files that it must have.
    #[error("the archive has no {0}")]
    Missing(&'static str),
    /// A path that leads out of the root.
    #[error("the archive has the path {0}")]
    Path(BString),
    /// Larger than the named limit of this implementation.
    #[error("the archive is larger than {0}")]
    TooLarge(u64),
    /// The format of apk 3.
    #[error("glasshull: the format of apk 3 (ADB) is not simulated")]
    Format,
}

/// What an `APKINDEX.tar.gz` holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexFile {
    /// What it says of itself.
    pub description: String,
    /// The stanzas.
    pub text: Vec<u8>,
    /// File name of the key that it is signed with; empty when it is not signed.
    pub key: String,
}

/// Reads an index.
pub fn read_index(file: &[u8]) -> Result<IndexFile, ArchiveError> {
    if is_third(file) {
        return Err(ArchiveError::Format);
    }
    let mut index = IndexFile::default();
    let mut found = false;
    for member in members(file)? {
        for_each_entry(&member.unpacked, |path, entry| {
            match path {
                b"DESCRIPTION" => index.description = text(entry)?.trim().to_owned(),
                b"APKINDEX" => (index.text, found) = (bytes(entry)?, true),
                _ => {
                    if let Some(key) = path.to_str().ok().and_then(|path| path.strip_prefix(SIGNATURE)) {
                        index.key = key.to_owned();
                    }
                }
            }
            Ok(())
        })?;
    }
    if found { Ok(index) } else { Err(ArchiveError::Missing("APKINDEX")) }
}

/// Whether a file is a database of apk 3: plain, or compressed in one of its ways.
pub(crate) fn is_third(file: &[u8]) -> bool {
    [&b"ADB."[..], b"ADBd", b"ADBc"].iter().any(|magic| file.starts_with(magic))
}

/// A package out of its file.
pub(crate) struct SignedPackage {
    pub(crate) package: Package,
    pub(crate) contents: PackageContents,
    /// File name of the key that it is signed with; empty when it is not signed.
    pub(crate) key: String,
}

/// Reads a package: what an index would say of it, and what is inside.
pub fn read_package(file: &[u8]) -> Result<(Package, PackageContents), ArchiveError> {
    read_signed_package(file).map(|file| (file.package, file.contents))
}

/// As [`read_package`], with who signed it.
pub(crate) fn read_signed_package(file: &[u8]) -> Result<SignedPackage, ArchiveError> {
    if is_third(file) {
        return Err(ArchiveError::Format);
    }
    let mut members = members(file)?;
    let key = members.first().and_then(signature);
    if key.is_some() {
        members.remove(0);
    }
    let mut members = members.into_iter();
    let control = members.next().ok_or(ArchiveError::Missing(".PKGINFO"))?;
    let mut contents = PackageContents::default();
    let mut info = None;
    for_each_entry(&control.unpacked, |path, entry| {
        match path {
            b".PKGINFO" => info = Some(text(entry)?),
            _ => {
                let kind = path.strip_prefix(b".").and_then(ScriptKind::parse);
                let script = kind.map(|kind| Ok(Script { kind, text: bytes(entry)?.into() }));
                contents.scripts.extend(script.transpose()?);
            }
        }
        Ok(())
    })?;
    let info = info.ok_or(ArchiveError::Missing(".PKGINFO"))?;
    let mut package = Package::new("", "", Checksum::of(control.packed));
    package.size = file.len() as u64;
    info.lines().for_each(|line| describe(&mut package, &mut contents, line));
    if package.name.is_empty() || package.version.is_empty() {
        return Err(ArchiveError::Missing("name and version"));
    }
    for member in members {
        for_each_entry(&member.unpacked, |path, entry| {
            contents.entries.extend(data_entry(path, entry)?);
            Ok(())
        })?;
    }
    Ok(SignedPackage { package, contents, key: key.unwrap_or_default() })
}

/// A gzip member, as it is and unpacked.
struct Member<'f> {
    packed: &'f [u8],
    unpacked: Vec<u8>,
}

fn members(file: &[u8]) -> Result<Vec<Member<'_>>, ArchiveError> {
    let mut members = Vec::new();
    let mut rest = file;
    while !rest.is_empty() && members.len() < MAX_MEMBERS {
        let mut decoder = GzDecoder::new(rest);
        let mut unpacked = Vec::new();
        let read = decoder.by_ref().take(MAX_MEMBER + 1).read_to_end(&mut unpacked);
        read.map_err(|_| ArchiveError::Malformed)?;
        if unpacked.len() as u64 > MAX_MEMBER {
            return Err(ArchiveError::TooLarge(MAX_MEMBER));
        }
        let mut after = decoder.into_inner();
        let left = after.fill_buf().map_err(|_| ArchiveError::Malformed)?.len();
        let (packed, next) = rest.split_at(rest.len() - left);
        members.push(Member { packed, unpacked });
        rest = next;
    }
    if members.is_empty() { Err(ArchiveError::Malformed) } else { Ok(members) }
}

/// The name of the key, if a member is a signature.
fn signature(member: &Member<'_>) -> Option<String> {
    let mut key = None;
    let read = for_each_entry(&member.unpacked, |path, _| {
        let name = path.strip_prefix(SIGNATURE.as_bytes());
        key = key.take().or(name.map(|name| name.to_str_lossy().into_owned()));
        Ok(())
    });
    key.filter(|_| read.is_ok())
}

type TarEntry<'a> = tar::Entry<'a, &'a [u8]>;

fn for_each_entry(
    archive: &[u8],
    mut visit: impl FnMut(&[u8], &mut TarEntry<'_>) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let mut archive = Archive::new(archive);
    let entries = archive.entries().map_err(|_| ArchiveError::Malformed)?;
    for (number, entry) in entries.enumerate() {
        if number >= MAX_ENTRIES {
            return Err(ArchiveError::TooLarge(MAX_ENTRIES as u64));
        }
        let mut entry = entry.map_err(|_| ArchiveError::Malformed)?;
        let path = entry.path_bytes().into_owned();
        visit(&path, &mut entry)?;
    }
    Ok(())
}

fn bytes(entry: &mut TarEntry<'_>) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(|_| ArchiveError::Malformed)?;
    Ok(bytes)
}

fn text(entry: &mut TarEntry<'_>) -> Result<String, ArchiveError> {
    String::from_utf8(bytes(entry)?).map_err(|_| ArchiveError::Malformed)
}

/// A line of `.PKGINFO`: `key = value`. Lines that are none, and keys of other versions, say nothing.
fn describe(package: &mut Package, contents: &mut PackageContents, line: &str) {
    let Some((key, value)) = line.split_once(" = ") else { return };
    let number = || value.trim().parse().unwrap_or(0);
    let dependencies = || Dependency::parse_list(value).unwrap_or_else(|(list, _)| list);
    match key.trim() {
        "pkgname" => package.name = value.into(),
        "pkgver" => package.version = value.into(),
        "arch" => package.arch = Some(value.into()),
        "size" => package.installed_size = number(),
        "pkgdesc" => package.about_mut().description = Some(value.into()),
        "url" => package.about_mut().url = value.into(),
        "license" => package.about_mut().license = value.into(),
        "origin" => package.about_mut().origin = Some(value.into()),
        "maintainer" => package.about_mut().maintainer = Some(value.into()),
        "commit" => package.about_mut().commit = Some(value.into()),
        "builddate" => package.about_mut().build_time = number(),
        "provider_priority" => package.provider_priority = u32::try_from(number()).unwrap_or(0),
        "replaces_priority" => contents.replaces_priority = u32::try_from(number()).unwrap_or(0),
        "depend" => package.depends.extend(dependencies()),
        "provides" => package.provides.extend(dependencies()),
        "install_if" => package.install_if.extend(dependencies()),
        "replaces" => contents.replaces.extend(dependencies()),
        "triggers" => contents.triggers.extend(value.split_whitespace().map(BString::from)),
        _ => {}
    }
}

/// What the data part says of a path; `None` for hidden files of the format and special files.
fn data_entry(path: &[u8], entry: &mut TarEntry<'_>) -> Result<Option<Entry>, ArchiveError> {
    let path = path.strip_prefix(b"./").unwrap_or(path).trim_end_with(|c| c == '/');
    let leads_out = path.starts_with(b"/") || path.split(|&b| b == b'/').any(|part| part == b"..");
    if leads_out {
        return Err(ArchiveError::Path(path.into()));
    }
    if path.is_empty() || path == b"." {
        return Ok(None);
    }
    let checksum = recorded_checksum(entry);
    let target =
        |entry: &TarEntry<'_>| -> BString { entry.link_name_bytes().unwrap_or_default().into_owned().into() };
    let node = match entry.header().entry_type() {
        EntryType::Directory => EntryNode::Directory,
        EntryType::Symlink => EntryNode::Symlink(target(entry)),
        EntryType::Link => EntryNode::Hardlink(target(entry)),
        EntryType::Regular | EntryType::Continuous => EntryNode::File(Payload::Bytes(bytes(entry)?.into())),
        _ => return Ok(None),
    };
    let header = entry.header();
    let named = |name: Option<&[u8]>, id: u64| {
        let id = u32::try_from(id).unwrap_or(0);
        match name {
            Some(name) if !name.is_empty() => Owner::Named(name.into(), id),
            _ => Owner::Id(id),
        }
    };
    let mtime = i64::try_from(header.mtime().unwrap_or(0)).unwrap_or(0);
    Ok(Some(Entry {
        path: path.into(),
        mode: Mode::new(header.mode().map_err(|_| ArchiveError::Malformed)? & 0o7777),
        owner: named(header.username_bytes(), header.uid().unwrap_or(0)),
        group: named(header.groupname_bytes(), header.gid().unwrap_or(0)),
        mtime: Time::from_secs(mtime),
        node,
        checksum,
    }))
}

/// The checksum that the packer wrote beside a file.
fn recorded_checksum(entry: &mut TarEntry<'_>) -> Option<Checksum> {
    let extensions = entry.pax_extensions().ok()??;
    let value = extensions.filter_map(Result::ok).find(|e| e.key_bytes() == b"APK-TOOLS.checksum.SHA1")?;
    let hex = value.value().ok()?;
    let digits = |at: usize| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..20).map_while(digits).collect();
    Some(Checksum::from_bytes(bytes.try_into().ok()?))
}
