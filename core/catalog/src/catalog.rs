use std::rc::Rc;

use apk::Mirror;
use kernel::Loader;
use vfs::Tree;

use crate::{
    base::Base,
    contents::Contents,
    loader::Programs,
    mirror::{AlpineMirror, Release},
    pack::{Damaged, Pack},
    packages::Packages,
};

/// The facts about Alpine 3.20.
const ALPINE: &[u8] = include_bytes!("../data/alpine-3.20.pack");

/// Everything that the simulated world gets from outside.
pub struct Catalog {
    mirror: Rc<dyn Mirror>,
    loader: Rc<dyn Loader>,
    base: Base,
}

impl Catalog {
    /// Opens the embedded facts. That is quick: they are unpacked when they are needed. An error
    /// means that the program was built with a damaged file.
    pub fn new() -> Result<Self, Damaged> {
        let mut pack = Pack::open(ALPINE)?;
        let base = Base::open(&mut pack)?;
        let release = Release { packages: Packages::open(&mut pack)?, contents: Contents::open(&mut pack)? };
        let mirror: Rc<dyn Mirror> = Rc::new(AlpineMirror(Rc::new(release)));
        let loader = Rc::new(Programs { mirror: Rc::clone(&mirror) });
        Ok(Catalog { mirror, loader, base })
    }

    /// The programs behind the notes on executables.
    pub fn loader(&self) -> Rc<dyn Loader> {
        Rc::clone(&self.loader)
    }

    /// The package repositories.
    pub fn mirror(&self) -> Rc<dyn Mirror> {
        Rc::clone(&self.mirror)
    }

    /// The root file system of `alpine:3.20.3`.
    pub fn alpine_root(&self) -> Result<Tree, Damaged> {
        self.base.build()
    }
}
