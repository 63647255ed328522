//! The simulated Alpine mirror.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use apk::{FetchError, Mirror, Package, PackageContents, Repository};

use crate::{
    pack::Damaged,
    packages::Section,
    release::{LATEST, Release, Releases},
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
            return Err(if url.starts_with('/') { FetchError::NotFound } else { FetchError::Lookup });
        };
        if host != HOST {
            return Err(FetchError::Lookup);
        }
        self.find(path, arch).ok_or(FetchError::NotSimulated)
    }
}

impl AlpineMirror {
    fn find(&self, path: &str, arch: &str) -> Option<Rc<dyn Repository>> {
        let [branch, section] = path.strip_prefix("alpine/")?.split('/').collect::<Vec<_>>()[..] else {
            return None;
        };
        let section = match section {
            "main" => Section::Main,
            "community" => Section::Community,
            _ => return None,
        };
        let name = if branch == "latest-stable" { LATEST } else { branch.strip_prefix('v')? };
        let release = intact(self.releases.get(name)).flatten()?;
        let known = arch == "x86_64" && release.info.description(section).is_some();
        known.then(|| Rc::new(AlpineRepository { release, section }) as Rc<dyn Repository>)
    }
}

struct AlpineRepository {
    release: Rc<Release>,
    section: Section,
}

impl AlpineRepository {
    /// The packages with these numbers that are in this repository.
    fn get(&self, numbers: impl IntoIterator<Item = usize>) -> Vec<Rc<Package>> {
        let range = self.release.packages.range(self.section);
        let own = numbers.into_iter().filter(|number| range.contains(number));
        own.filter_map(|number| intact(self.release.packages.get(number))).collect()
    }
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
        self.release.packages.count(self.section)
    }

    fn signing_key(&self) -> String {
        KEY.to_owned()
    }

    fn index_size(&self) -> u64 {
        self.release.info.index_size(self.section)
    }

    fn providers(&self, name: &str) -> Vec<Rc<Package>> {
        let facts = intact(self.release.packages.name(name)).flatten();
        self.get(facts.map(|facts| facts.providers).unwrap_or_default())
    }

    fn completed_by(&self, name: &str) -> Vec<Rc<str>> {
        let facts = intact(self.release.packages.name(name)).flatten();
        let waiting = self.get(facts.map(|facts| facts.waiting).unwrap_or_default());
        let names = |package: Rc<Package>| {
            let provided = package.provides.iter().map(|dependency| dependency.name.clone());
            std::iter::once(package.name.clone()).chain(provided).collect::<Vec<_>>()
        };
        waiting.into_iter().flat_map(names).collect()
    }

    fn mention(&self, name: &str) -> Option<u32> {
        intact(self.release.packages.name(name)).flatten()?.places[self.section as usize]
    }

    fn all(&self) -> Vec<Rc<Package>> {
        self.get(self.release.packages.range(self.section))
    }

    fn contents(&self, package: &Package) -> Result<PackageContents, FetchError> {
        intact(self.release.contents.of(package)).ok_or(FetchError::BadArchive)
    }
}
