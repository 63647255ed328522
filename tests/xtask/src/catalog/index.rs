use std::{collections::BTreeSet, fs, path::Path};

use apk::{Package, index, installed};

use super::{Result, read_index, release::Release};

/// The packages of both repositories, `main` first.
pub(crate) struct Index {
    pub(crate) packages: Vec<Package>,
    main: usize,
    /// Packages whose checksum has to be the real one, since the base image has them.
    base: BTreeSet<String>,
    /// Bytes of the compressed indexes.
    pub(crate) sizes: [u64; 2],
}

impl Index {
    pub(crate) fn read(folder: &Path, release: &Release) -> Result<Self> {
        let (text, size) = read_index(folder, &["main.apkindex"])?;
        let mut packages = index::parse(&text)?;
        let main = packages.len();
        let mut sizes = [size, 0];
        if release.community {
            let (text, size) = read_index(folder, &["community.apkindex", "community.derived.apkindex"])?;
            packages.extend(index::parse(&text)?);
            sizes[1] = size;
        }
        let base = installed::parse(&fs::read(folder.join(format!("{}.installed", release.base)))?)?;
        let base = base.iter().map(|installed| installed.package.name.to_string()).collect();
        Ok(Index { packages, main, base, sizes })
    }

    /// The package of `main` that is called `name`.
    pub(crate) fn of_main(&self, name: &str) -> Option<&Package> {
        self.packages[..self.main].iter().find(|package| &*package.name == name)
    }

    /// Whether some package is called `name`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.packages.iter().any(|package| &*package.name == name)
    }
    /// The packages of `main`, then those of `community`.
    pub(crate) fn sections(&self) -> [&[Package]; 2] {
        let (main, community) = self.packages.split_at(self.main);
        [main, community]
    }

    /// Whether the base image has a package.
    pub(crate) fn is_base(&self, name: &str) -> bool {
        self.base.contains(name)
    }
}
