//! The simulated Alpine mirror.

use std::rc::Rc;

use apk::{FetchError, Mirror, Package, PackageContents, Repository};

use crate::{
    contents::Contents,
    pack::Damaged,
    packages::{Packages, Section},
};

/// The host.
const HOST: &str = "dl-cdn.alpinelinux.org";
/// The key that signs x86_64 packages of this release.
const KEY: &str = "alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub";

/// What is known about the release.
pub(crate) struct Release {
    pub(crate) packages: Packages,
    pub(crate) contents: Contents,
}

/// The mirror.
pub(crate) struct AlpineMirror(pub(crate) Rc<Release>);

impl Mirror for AlpineMirror {
    fn open(&self, url: &str, arch: &str) -> Result<Rc<dyn Repository>, FetchError> {
        let address = url.trim_end_matches('/');
        let address = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
        let Some((host, path)) = address.and_then(|address| address.split_once('/')) else {
            return Err(if url.starts_with('/') { FetchError::NotFound } else { FetchError::Lookup });
        };
        let section = match (host, path) {
            (HOST, "alpine/v3.20/main" | "alpine/latest-stable/main") => Section::Main,
            (HOST, "alpine/v3.20/community" | "alpine/latest-stable/community") => Section::Community,
            (HOST, _) => return Err(FetchError::NotSimulated),
            _ => return Err(FetchError::Lookup),
        };
        match arch {
            "x86_64" => Ok(Rc::new(AlpineRepository { release: Rc::clone(&self.0), section })),
            _ => Err(FetchError::NotSimulated),
        }
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
        "v3.20.3-38-g5b99a0b2f22".to_owned()
    }

    fn package_count(&self) -> usize {
        self.release.packages.count(self.section)
    }

    fn signing_key(&self) -> String {
        KEY.to_owned()
    }

    fn index_size(&self) -> u64 {
        // The gzipped text of the facts: near the real sizes, which are not known.
        match self.section {
            Section::Main => 359_601,
            Section::Community => 1_624_861,
        }
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

    fn contents(&self, package: &Package) -> PackageContents {
        intact(self.release.contents.of(package)).unwrap_or_default()
    }
}
