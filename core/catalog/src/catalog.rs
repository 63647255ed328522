use std::{cell::RefCell, rc::Rc};

use apk::{ArchiveError, FetchError, Mirror, Package, TextRepository, index::FormatError};
use kernel::Loader;
use thiserror::Error;
use vfs::{Time, Tree};

use crate::{
    loader::Programs,
    mirror::AlpineMirror,
    pack::Damaged,
    parts::{Missing, Parts},
    release::{LATEST, NoFacts, Release, Releases},
};

/// Everything that the simulated world gets from outside.
pub struct Catalog {
    mirror: Rc<AlpineMirror>,
    loader: Rc<dyn Loader>,
    releases: Rc<Releases>,
}

/// Why a repository cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// The file is no index.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] FormatError),
}

/// An image of the hub that is a release of Alpine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlpineImage {
    /// The release, such as `3.20`.
    pub release: &'static str,
    /// Its tags: `latest` (for one of them), `3.20`, `3.20.3`.
    pub tags: Vec<&'static str>,
}

impl Catalog {
    /// Opens the embedded facts, with what is supplied to [`Parts::shared`]. That is quick: they are unpacked when
    /// they are needed. An error means that the program was built with a damaged file.
    pub fn new() -> Result<Self, Damaged> {
        Ok(Catalog::of(Parts::shared()))
    }

    /// Opens facts some of whose files may be brought later.
    pub fn of(parts: Parts) -> Self {
        let releases = Rc::new(Releases::new(parts));
        let mirror = Rc::new(AlpineMirror { releases: Rc::clone(&releases), imported: RefCell::default() });
        let for_apk: Rc<dyn Mirror> = Rc::<AlpineMirror>::clone(&mirror);
        let loader = Rc::new(Programs { mirror: for_apk });
        Catalog { mirror, loader, releases }
    }

    /// The programs behind the notes on executables.
    pub fn loader(&self) -> Rc<dyn Loader> {
        Rc::clone(&self.loader)
    }

    /// The package repositories.
    pub fn mirror(&self) -> Rc<dyn Mirror> {
        Rc::<AlpineMirror>::clone(&self.mirror)
    }

    /// Serves a repository of the user's own at a URL, in place of ours if it has the same one.
    /// `package` gives the bytes of a package file such as `foo-1.0-r0.apk`.
    pub fn import_repository(
        &self,
        url: &str,
        index: &[u8],
        package: impl Fn(&str) -> Option<Vec<u8>> + 'static,
    ) -> Result<(), ImportError> {
        let index = apk::read_index(index)?;
        let contents = move |wanted: &Package| {
            let file = package(&format!("{}.apk", wanted.label()));
            let read = apk::read_package(&file.ok_or(FetchError::Gone)?);
            read.map(|(_, contents)| contents).map_err(|_| FetchError::BadArchive)
        };
        let repository = TextRepository::new(&index.text, &index.description, &index.key, contents)?;
        let address = url.trim_end_matches('/').to_owned();
        self.mirror.imported.borrow_mut().insert(address, Rc::new(repository));
        Ok(())
    }

    /// The URLs of imported repositories with what their indexes say of themselves, sorted.
    pub fn imported_repositories(&self) -> Vec<(String, String)> {
        let imported = self.mirror.imported.borrow();
        imported.iter().map(|(url, repository)| (url.clone(), repository.description())).collect()
    }

    /// The root file system of `alpine:latest`.
    pub fn alpine_root(&self) -> Result<Tree, Damaged> {
        self.alpine_root_of(LATEST)?.ok_or(Damaged)
    }

    /// The root file system of the image of a release such as `3.20`; `None` when there are no
    /// facts about that.
    pub fn alpine_root_of(&self, release: &str) -> Result<Option<Tree>, Damaged> {
        self.release(release)?.map(|release| release.base.build()).transpose()
    }

    /// When the image of a release was made.
    pub fn alpine_created(&self, release: &str) -> Result<Option<Time>, Damaged> {
        Ok(self.release(release)?.map(|release| release.info.created))
    }

    fn release(&self, name: &str) -> Result<Option<Rc<Release>>, Damaged> {
        match self.releases.get(name) {
            Ok(release) => Ok(Some(release)),
            Err(NoFacts::Missing(Missing::Unknown | Missing::Wanted)) => Ok(None),
            Err(NoFacts::Damaged(damaged)) => Err(damaged),
        }
    }

    /// The images that can be made of the facts.
    pub fn alpine_images(&self) -> Vec<AlpineImage> {
        let image = |(release, version)| {
            let latest = (release == LATEST).then_some("latest");
            AlpineImage { release, tags: latest.into_iter().chain([release, version]).collect() }
        };
        self.releases.names().map(image).collect()
    }
}
