use crate::{
    console::Console,
    database::Database,
    dependency::Dependency,
    solver::{Flags, Request},
    universe::{Need, Sources},
    version,
};
use std::{cmp::Ordering, rc::Rc};

/// The options of `apk upgrade` that bear on what is wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upgrade {
    /// `--available`, `--latest`.
    pub(crate) flags: Flags,
    /// `--ignore`: all but the named packages.
    pub(crate) ignore: bool,
    /// `--prune`: drop entries of the world that no repository has.
    pub(crate) prune: bool,
}

impl Upgrade {
    /// What is to be newer. The error has been printed when there is none.
    pub(crate) fn intend(
        &self,
        db: &mut Database,
        args: &[String],
        console: &mut Console,
    ) -> Option<Request> {
        let mut flags = Flags::UPGRADE.with(self.flags);
        let world = self.world(db, flags);
        let mut request = db.request(world);
        if !args.is_empty() && !self.ignore {
            flags = flags.without(Flags::UPGRADE);
        }
        request.flags = flags;
        let of_named = if self.ignore { Flags::INSTALLED } else { Flags::UPGRADE };
        let mut unknown = 0;
        for arg in args {
            match super::matching_names(db, arg) {
                Some(names) => names.into_iter().for_each(|name| request.mark(name, of_named, Flags::NONE)),
                None => {
                    console.error(format!("Package '{arg}' not found"));
                    unknown += 1;
                }
            }
        }
        (unknown == 0).then_some(request)
    }

    /// The upgrade of apk itself that comes before the others, when a newer one is to be had.
    pub(crate) fn intend_self(&self, db: &mut Database) -> Option<Request> {
        let name = db.universe.find("apk-tools")?;
        db.universe.complete(name);
        let installed = db.installed_by_name(name)?;
        let current = &db.package(installed).version;
        let newer = db.universe.offers(name).iter().any(|offer| {
            let candidate = db.universe.candidate(offer.package);
            candidate.name == name
                && candidate.sources != Sources::default()
                && version::compare(&candidate.package.version, current) == Ordering::Greater
        });
        let mut request = db.request(db.world.clone());
        request.self_upgrade = true;
        request.mark(name, Flags::UPGRADE.with(self.flags), Flags::NONE);
        newer.then_some(request)
    }

    fn world(&self, db: &mut Database, flags: Flags) -> Vec<Need> {
        let mut world = db.world.clone();
        if flags.contains(Flags::AVAILABLE) {
            world.iter_mut().for_each(release_checksum);
        }
        if self.prune {
            world.iter().for_each(|need| db.universe.complete(need.name));
            world.retain(|need| {
                let mut offers = db.universe.offers(need.name).iter();
                offers.any(|offer| db.universe.candidate(offer.package).sources != Sources::default())
            });
        }
        world
    }
}

/// A package that was given as a file may be replaced by one of a repository.
fn release_checksum(need: &mut Need) {
    if need.version.as_ref().is_some_and(|(operator, _)| operator.is_checksum()) {
        need.version = None;
        need.text = Rc::new(Dependency { version: None, ..(*need.text).clone() });
    }
}
