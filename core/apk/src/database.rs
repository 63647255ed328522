use std::{collections::BTreeMap, rc::Rc};

use bstr::BString;

use crate::{
    contents::ScriptKind,
    dependency::Dependency,
    engine::Engine,
    installed::InstalledPackage,
    package::{Package, display_order_packages},
    solver::{Flags, NameFlags, Request},
    universe::{NameId, Need, PackageId, Sources, Universe, Walk},
};

/// A package that is installed, with what the database keeps besides its stanza.
#[derive(Clone, Debug)]
pub struct Installed {
    /// Its place in the universe.
    pub id: PackageId,
    /// Its stanza.
    pub record: InstalledPackage,
    /// Directory patterns that run its trigger script.
    pub triggers: Vec<BString>,
    /// Its scripts.
    pub scripts: BTreeMap<ScriptKind, BString>,
    /// Installed or upgraded by the running transaction: its trigger looks at all directories.
    pub fresh: bool,
}

/// What apk knows while it runs.
pub struct Database {
    /// All names and packages.
    pub universe: Universe,
    /// What is wanted.
    pub world: Vec<Need>,
    /// What is there, the longest there first.
    pub installed: Vec<Installed>,
    /// Checksums of packages with triggers, in the order of the triggers file.
    pub trigger_order: Vec<PackageId>,
}

impl Database {
    /// Nothing known yet.
    pub fn new(walk: Walk, engine: Engine) -> Self {
        Database {
            universe: Universe::new(walk, engine),
            world: Vec::new(),
            installed: Vec::new(),
            trigger_order: Vec::new(),
        }
    }

    /// Takes in the text of a world file, up to the first malformed word.
    pub fn read_world(&mut self, text: &str) {
        let list = Dependency::parse_list(text).unwrap_or_else(|(list, _)| list);
        for dependency in &list {
            let need = self.universe.need(dependency);
            self.world.push(need);
        }
    }

    /// Takes in installed packages.
    pub fn add_installed(&mut self, packages: Vec<InstalledPackage>) {
        for record in packages {
            let id = self.universe.add(record.package.clone(), Sources::default());
            let tag = record.tag.as_deref().map(|tag| self.universe.tag(tag)).unwrap_or_default();
            for replaced in &record.replaces {
                self.universe.intern(&replaced.name);
            }
            self.universe.candidate_mut(id).installed = Some(tag);
            self.installed.push(Installed {
                id,
                record,
                triggers: Vec::new(),
                scripts: BTreeMap::new(),
                fresh: false,
            });
        }
    }

    /// The installed package that is called `name`.
    pub fn installed_by_name(&self, name: NameId) -> Option<PackageId> {
        let offers = self.universe.offers(name).iter().map(|offer| offer.package);
        let candidate = |id: &PackageId| self.universe.candidate(*id);
        offers.into_iter().find(|id| candidate(id).name == name && candidate(id).installed.is_some())
    }

    /// The entry of an installed package.
    pub fn entry(&self, id: PackageId) -> Option<&Installed> {
        self.installed.iter().find(|installed| installed.id == id)
    }

    /// The entry of an installed package.
    pub fn entry_mut(&mut self, id: PackageId) -> Option<&mut Installed> {
        self.installed.iter_mut().find(|installed| installed.id == id)
    }

    /// The description of a package.
    pub fn package(&self, id: PackageId) -> &Rc<Package> {
        &self.universe.candidate(id).package
    }

    /// Bytes of everything installed.
    pub fn installed_bytes(&self) -> u64 {
        self.installed.iter().map(|installed| installed.record.package.installed_size).sum()
    }

    /// The installed packages as lists show them.
    pub fn sorted_installed(&self) -> Vec<&Installed> {
        let mut list: Vec<&Installed> = self.installed.iter().collect();
        list.sort_by(|a, b| display_order_packages(&a.record.package, &b.record.package));
        list
    }

    /// A question to the solver about this database.
    pub fn request(&self, world: Vec<Need>) -> Request {
        let installed = self.installed.iter().map(|installed| installed.id).collect();
        Request { world, installed, ..Request::default() }
    }

    /// Warnings about pins of a world that no repository has.
    pub fn unknown_tags(&self, world: &[Need]) -> Vec<String> {
        let tags = self.universe.tags();
        let missing = world
            .iter()
            .filter(|need| need.tag.0 != 0 && tags[usize::from(need.tag.0)].allowed == Sources::default());
        missing
            .map(|need| {
                let (name, tag) = (self.universe.text(need.name), &tags[usize::from(need.tag.0)].name);
                format!("The repository tag for world dependency '{name}@{tag}' does not exist")
            })
            .collect()
    }
}

impl Request {
    /// Marks a name: it is decided early, and its packages get flags.
    pub fn mark(&mut self, name: NameId, own: Flags, inherited: Flags) {
        self.prioritised.insert(name);
        self.name_flags.push((name, NameFlags { own, inherited }));
    }
}

/// Adds a dependency to a world, in place of an earlier one on the same name.
pub fn world_set(world: &mut Vec<Need>, need: Need) {
    match world.iter_mut().find(|other| other.name == need.name) {
        Some(other) => *other = need,
        None => world.push(need),
    }
}

/// Removes the dependency on a name from a world. Its place is taken by the last one.
pub fn world_remove(world: &mut Vec<Need>, name: NameId) {
    if let Some(at) = world.iter().position(|need| need.name == name) {
        world.swap_remove(at);
    }
}
