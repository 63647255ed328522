//! Package files that a command is given: real ones, and those that `apk fetch` wrote here, which stand for one of a
//! repository.

use std::{cmp::Ordering, fmt, rc::Rc};

use bstr::ByteSlice;
use vfs::Errno;

use crate::{
    archive::{self, ArchiveError},
    contents::PackageContents,
    open::error_text,
    package::Package,
    session::Session,
    universe::Sources,
};

/// What a fetched file begins with; name, version and address follow.
const FETCHED: &str = "glasshull package ";
/// The first bytes of a gzip member.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The beginning of a package file that is fetched here.
pub(crate) fn fetched_head(package: &Package, url: &str) -> Vec<u8> {
    format!("{FETCHED}{} of {url}\n", package.label()).into_bytes()
}

/// Why a package file cannot be used.
pub(crate) enum Unusable {
    System(Errno),
    Archive(ArchiveError),
    Untrusted,
}

impl Unusable {
    /// The number that apk shows for it.
    pub(crate) fn number(&self) -> i64 {
        match self {
            Unusable::System(errno) => -i64::from(errno.code()),
            Unusable::Archive(_) => -i64::from(Errno::EBADMSG.code()),
            Unusable::Untrusted => 0,
        }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unusable::System(errno) => f.write_str(&error_text(*errno)),
            Unusable::Archive(ArchiveError::Format) => ArchiveError::Format.fmt(f),
            Unusable::Archive(_) => ArchiveError::Malformed.fmt(f),
            Unusable::Untrusted => f.write_str("UNTRUSTED signature"),
        }
    }
}

/// A package out of its file.
type Opened = Result<(Rc<Package>, PackageContents), Unusable>;

impl Session<'_> {
    /// Reads a package file, which has to be signed with a key that the root trusts.
    pub(crate) async fn open_package(&mut self, path: &str) -> Opened {
        let bytes = self.read(path).await.map_err(Unusable::System)?;
        let head = bytes.lines().next().unwrap_or_default();
        let fetched = head.to_str().ok().and_then(|head| head.strip_prefix(FETCHED)?.split_once(" of "));
        let (package, contents, key) = match fetched {
            Some((label, url)) => {
                let file = self.fetched_package(label, url)?;
                match (bytes.len() as u64).cmp(&file.0.size) {
                    Ordering::Less => return Err(Unusable::Archive(ArchiveError::Malformed)),
                    Ordering::Equal => file,
                    Ordering::Greater => return Err(Unusable::System(Errno::EIO)),
                }
            }
            None if bytes.starts_with(&GZIP) || archive::is_third(&bytes) => {
                let file = archive::read_signed_package(&bytes).map_err(Unusable::Archive)?;
                (Rc::new(file.package), file.contents, file.key)
            }
            None => return Err(Unusable::System(Errno::EIO)),
        };
        match self.settings.allow_untrusted || self.trusts(&key) {
            true => Ok((package, contents)),
            false => Err(Unusable::Untrusted),
        }
    }

    /// What a file stands for that was fetched here.
    fn fetched_package(
        &self,
        label: &str,
        url: &str,
    ) -> Result<(Rc<Package>, PackageContents, String), Unusable> {
        let gone = || Unusable::Archive(ArchiveError::Malformed);
        let repository = self.mirror.open(url, &self.arch).map_err(|_| gone())?;
        let name = label.rsplitn(3, '-').last().unwrap_or_default();
        let packages = repository.providers(name);
        let package = packages.into_iter().find(|package| package.label() == label).ok_or_else(gone)?;
        let contents = repository.contents(&package).map_err(|_| gone())?;
        Ok((package, contents, repository.signing_key()))
    }

    /// Takes a package file in; the dependency that means it. What is wrong with it has been printed otherwise.
    pub(crate) async fn take_file(&mut self, path: &str) -> Option<String> {
        match self.open_package(path).await {
            Ok((package, contents)) => {
                let wanted = format!("{}><{}", package.name, package.checksum);
                let id = self.db.universe.add_late(package, Sources::CACHE);
                self.db.universe.candidate_mut(id).from_file = true;
                self.given_files.insert(id, contents);
                Some(wanted)
            }
            Err(error) => {
                self.console.error(format!("{path}: {error}"));
                None
            }
        }
    }
}
