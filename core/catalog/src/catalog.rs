use std::rc::Rc;

use apk::Mirror;
use kernel::Loader;
use vfs::{Time, Tree};

use crate::{
    loader::Programs,
    mirror::AlpineMirror,
    pack::Damaged,
    release::{LATEST, Releases},
};

/// Everything that the simulated world gets from outside.
pub struct Catalog {
    mirror: Rc<dyn Mirror>,
    loader: Rc<dyn Loader>,
    releases: Rc<Releases>,
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
    /// Opens the embedded facts. That is quick: they are unpacked when they are needed. An error
    /// means that the program was built with a damaged file.
    pub fn new() -> Result<Self, Damaged> {
        let releases = Rc::new(Releases::embedded());
        let mirror: Rc<dyn Mirror> = Rc::new(AlpineMirror(Rc::clone(&releases)));
        let loader = Rc::new(Programs { mirror: Rc::clone(&mirror) });
        Ok(Catalog { mirror, loader, releases })
    }

    /// The programs behind the notes on executables.
    pub fn loader(&self) -> Rc<dyn Loader> {
        Rc::clone(&self.loader)
    }

    /// The package repositories.
    pub fn mirror(&self) -> Rc<dyn Mirror> {
        Rc::clone(&self.mirror)
    }

    /// The root file system of `alpine:latest`.
    pub fn alpine_root(&self) -> Result<Tree, Damaged> {
        self.alpine_root_of(LATEST)?.ok_or(Damaged)
    }

    /// The root file system of the image of a release such as `3.20`; `None` when there are no
    /// facts about that.
    pub fn alpine_root_of(&self, release: &str) -> Result<Option<Tree>, Damaged> {
        self.releases.get(release)?.map(|release| release.base.build()).transpose()
    }

    /// When the image of a release was made.
    pub fn alpine_created(&self, release: &str) -> Result<Option<Time>, Damaged> {
        Ok(self.releases.get(release)?.map(|release| release.info.created))
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
