//! The simulated Alpine mirror.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use apk::{FetchError, Mirror, Package, PackageContents, Repository, Waiting};

use crate::{
    contents::Contents,
    pack::Damaged,
    packages::{Packages, Section},
    parts::Missing,
    release::{LATEST, NoFacts, Release, Releases},
};

/// The host.
const HOST: &str = "dl-cdn.alpinelinux.org";
/// The key that signs x86_64 packages of this release.
const KEY: &str = "alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub";

/// The mirror.
pub(crate) struct AlpineMirror {
    pub(crate) releases: Rc<Releases>,
    pub(crate) imported: RefCell<BTreeMap<String, Rc<dyn Repository>>>,
}

impl Mirror for AlpineMirror {
    fn open(&self, url: &str, arch: &str) -> Result<Rc<dyn Repository>, FetchError> {
        let address = url.trim_end_matches('/');
        if let Some(repository) = self.imported.borrow().get(address) {
            return Ok(Rc::clone(repository));
        }
        let address = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
        let Some((host, path)) = address.and_then(|address| address.split_once('/')) else {
            return Err(if url.contains(':') { FetchError::Lookup } else { FetchError::NotFound });
        };
        if host != HOST {
            return Err(FetchError::Lookup);
        }
        self.find(path, arch)
    }
}

impl AlpineMirror {
    fn find(&self, path: &str, arch: &str) -> Result<Rc<dyn Repository>, FetchError> {
        let (branch, section) =
            path.strip_prefix("alpine/").and_then(|path| path.split_once('/')).ok_or(FetchError::NotFound)?;
        let section = match section {
            "main" => Section::Main,
            "community" => Section::Community,
            _ if branch.starts_with('v') => return Err(FetchError::NotFound),
            _ => return Err(FetchError::NotSimulated),
        };
        let latest = (branch == "latest-stable").then_some(LATEST);
        let name = latest.or_else(|| branch.strip_prefix('v')).ok_or(FetchError::NotSimulated)?;
        let release = self.releases.get(name).map_err(refusal)?;
        if arch != "x86_64" || release.info.description(section).is_none() {
            return Err(FetchError::NotSimulated);
        }
        release.has_files(section).map_err(|missing| refusal(missing.into()))?;
        let packages = release.packages(section).map_err(refusal)?;
        let contents = release.contents().map_err(refusal)?;
        Ok(Rc::new(AlpineRepository { release, section, packages, contents }))
    }
}

fn refusal(error: NoFacts) -> FetchError {
    match error {
        NoFacts::Damaged(_) => FetchError::BadArchive,
        NoFacts::Missing(Missing::Unknown) => FetchError::NotSimulated,
        NoFacts::Missing(Missing::Wanted) => FetchError::NotLoaded,
    }
}

struct AlpineRepository {
    release: Rc<Release>,
    section: Section,
    packages: Rc<Packages>,
    contents: Rc<Contents>,
}

/// The pack is part of the program and read in full by a test: what is in it can be read.
fn intact<T>(read: Result<T, Damaged>) -> Option<T> {
    debug_assert!(read.is_ok(), "the embedded facts are intact");
    read.ok()
}

impl Repository for AlpineRepository {
    fn description(&self) -> String {
        self.release.info.description(self.section).unwrap_or_default().to_owned()
    }

    fn package_count(&self) -> usize {
        self.packages.count()
    }

    fn signing_key(&self) -> String {
        KEY.to_owned()
    }

    fn index_size(&self) -> u64 {
        self.release.info.index_size(self.section)
    }

    fn providers(&self, name: &str) -> Vec<Rc<Package>> {
        intact(self.packages.providers(name)).unwrap_or_default()
    }

    fn completed_by(&self, name: &str, visit: &mut dyn FnMut(Waiting<'_>)) {
        self.packages.completed_by(name, visit);
    }

    fn mention(&self, name: &str) -> Option<u32> {
        self.packages.mention(name)
    }

    fn all(&self) -> Vec<Rc<Package>> {
        (0..self.packages.count()).filter_map(|place| intact(self.packages.get(place))).collect()
    }

    fn contents(&self, package: &Package) -> Result<PackageContents, FetchError> {
        intact(self.contents.of(package)).ok_or(FetchError::BadArchive)
    }
}
