//! All names and packages that a decision can touch, with small numbers for both.

use std::{cmp::Reverse, collections::BTreeMap, rc::Rc};

use crate::{
    checksum::Checksum,
    dependency::{Dependency, Operator},
    engine::Engine,
    mirror::Repository,
    name_order,
    package::Package,
    text_table::TextTable,
};

/// A name in a [`Universe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameId(u32);

/// A package in a [`Universe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackageId(u32);

impl NameId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl PackageId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A set of repositories, one bit each. Bit 0 is the package cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sources(pub u32);

impl Sources {
    /// The package cache, which virtual packages and package files count as.
    pub const CACHE: Sources = Sources(1);

    /// The `n`th configured repository, counted from zero.
    pub fn repository(n: usize) -> Sources {
        Sources(2u32.checked_shl(n as u32).unwrap_or(0))
    }

    /// Whether the two have a member in common.
    pub fn meets(self, other: Sources) -> bool {
        self.0 & other.0 != 0
    }

    /// Both together.
    pub fn with(self, other: Sources) -> Sources {
        Sources(self.0 | other.0)
    }

    /// Without the members of `other`.
    pub fn without(self, other: Sources) -> Sources {
        Sources(self.0 & !other.0)
    }

    /// The place of the first member, counted from one; zero when there is none.
    pub fn first(self) -> u32 {
        if self.0 == 0 { 0 } else { self.0.trailing_zeros() + 1 }
    }
}

/// A repository pin (`@edge`). Zero stands for no pin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagId(pub u8);

/// A dependency whose name has been looked up.
#[derive(Clone, Debug)]
pub struct Need {
    /// The name.
    pub name: NameId,
    /// The name must be absent.
    pub conflict: bool,
    /// The wanted version.
    pub version: Option<(Operator, Rc<str>)>,
    /// The pin.
    pub tag: TagId,
    /// As it was written.
    pub text: Rc<Dependency>,
}

/// A package together with how it got here.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its description.
    pub package: Rc<Package>,
    /// Its own name.
    pub name: NameId,
    /// What it needs.
    pub depends: Rc<[Need]>,
    /// It can be installed on this machine, as far as that can be told before trying.
    pub installable: bool,
    /// What else it is called.
    pub provides: Rc<[Need]>,
    /// What pulls it in.
    pub install_if: Rc<[Need]>,
    /// The repositories that have it.
    pub sources: Sources,
    /// The pin it is installed with, if it is installed.
    pub installed: Option<TagId>,
    /// It was given as a file.
    pub from_file: bool,
    /// It is listed in the cache's own index and in no repository.
    pub cached_only: bool,
}

/// Under a name: a package, and the version under which it answers to that name.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The package.
    pub package: PackageId,
    /// `None` for a plain `provides: name`.
    pub version: Option<Rc<str>>,
}

#[derive(Debug)]
struct Name {
    text: Rc<str>,
    offers: Vec<Offer>,
    complete: bool,
}

/// A set of repositories that share a pin.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Without `@`; empty for the default.
    pub name: Rc<str>,
    /// The repositories that may serve it.
    pub allowed: Sources,
}

/// In which order the names that need a name are visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// As a normal run of apk does: in the order of its name table.
    NameTable,
    /// As apk does for packages that are added after the start.
    AsAdded,
}

/// Repositories of more packages are asked for what matters only.
const FEW_PACKAGES: usize = 1_000;

/// Names and packages. Repositories are asked for a name only when somebody needs it, and the
/// result is the same as if all of them had been read.
pub struct Universe {
    names: Vec<Name>,
    by_text: TextTable,
    packages: Vec<Candidate>,
    by_checksum: BTreeMap<Checksum, PackageId>,
    repositories: Vec<Rc<dyn Repository>>,
    tags: Vec<Tag>,
    late: Vec<PackageId>,
    early: usize,
    walk: Walk,
    engine: Engine,
    arch: Option<Rc<str>>,
    has_malformed: bool,
    /// The repositories that packages can be taken from now.
    pub available: Sources,
}

impl Universe {
    /// An empty one.
    pub fn new(walk: Walk, engine: Engine) -> Self {
        Universe {
            names: Vec::new(),
            by_text: TextTable::with_room(1_000),
            packages: Vec::new(),
            by_checksum: BTreeMap::new(),
            repositories: Vec::new(),
            tags: vec![Tag { name: "".into(), allowed: Sources::default() }],
            late: Vec::new(),
            early: 0,
            walk,
            engine,
            arch: None,
            has_malformed: false,
            available: Sources::CACHE,
        }
    }

    /// The number of a name, a new one if need be.
    pub fn intern(&mut self, text: &str) -> NameId {
        self.known(text).unwrap_or_else(|| self.number(text.into()))
    }

    /// As [`Universe::intern`], of a text that others have, too.
    fn intern_shared(&mut self, text: &Rc<str>) -> NameId {
        self.known(text).unwrap_or_else(|| self.number(Rc::clone(text)))
    }

    /// The number of a name that has one.
    pub(crate) fn known(&self, text: &str) -> Option<NameId> {
        self.by_text.find(text, |number| &self.names[number as usize].text).map(NameId)
    }

    fn number(&mut self, text: Rc<str>) -> NameId {
        let number = self.names.len() as u32;
        self.names.push(Name { text, offers: Vec::new(), complete: false });
        self.by_text.insert(number, |number| &self.names[number as usize].text);
        NameId(number)
    }

    /// The number of a name that somebody mentions: the world, an installed package, a repository.
    pub fn find(&mut self, text: &str) -> Option<NameId> {
        self.known(text).or_else(|| {
            let mentioned = self.repositories.iter().any(|r| r.mention(text).is_some());
            mentioned.then(|| self.intern(text))
        })
    }

    /// The text of a name.
    pub fn text(&self, name: NameId) -> &Rc<str> {
        &self.names[name.index()].text
    }

    /// How many names there are.
    pub fn name_count(&self) -> usize {
        self.names.len()
    }

    /// Every name.
    pub fn name_ids(&self) -> impl Iterator<Item = NameId> + use<> {
        (0..self.names.len() as u32).map(NameId)
    }

    /// How many packages have been looked at.
    pub fn package_count(&self) -> usize {
        self.packages.len()
    }

    /// Every package that has been looked at.
    pub fn package_ids(&self) -> impl Iterator<Item = PackageId> + use<> {
        (0..self.packages.len() as u32).map(PackageId)
    }

    /// A package.
    pub fn candidate(&self, id: PackageId) -> &Candidate {
        &self.packages[id.index()]
    }

    /// A package by its checksum, if it has been looked at.
    pub fn by_checksum(&self, checksum: &Checksum) -> Option<PackageId> {
        self.by_checksum.get(checksum).copied()
    }

    /// What answers to a name, as far as it has been asked for.
    pub fn offers(&self, name: NameId) -> &[Offer] {
        &self.names[name.index()].offers
    }

    /// Asks the repositories for a name.
    pub fn complete(&mut self, name: NameId) {
        if std::mem::replace(&mut self.names[name.index()].complete, true) {
            return;
        }
        let text = self.text(name).clone();
        for (number, repository) in self.repositories.clone().into_iter().enumerate() {
            for package in repository.providers(&text) {
                let id = self.admit(package, Sources::repository(number));
                self.offer(name, id);
            }
        }
    }

    /// Adds every answer of a package to a name, unless it is there already.
    fn offer(&mut self, name: NameId, id: PackageId) {
        let candidate = &self.packages[id.index()];
        let offers = &mut self.names[name.index()].offers;
        if offers.iter().any(|offer| offer.package == id) {
            return;
        }
        if candidate.name == name {
            offers.push(Offer { package: id, version: Some(candidate.package.version.clone()) });
        }
        for provided in candidate.provides.iter().filter(|need| need.name == name) {
            let version = provided.version.as_ref().map(|(_, version)| version.clone());
            offers.push(Offer { package: id, version });
        }
    }

    /// Makes a package known without adding it to its names.
    fn admit(&mut self, package: Rc<Package>, sources: Sources) -> PackageId {
        if let Some(&id) = self.by_checksum.get(&package.checksum) {
            let known = &mut self.packages[id.index()];
            known.sources = known.sources.with(sources);
            return id;
        }
        let id = PackageId(self.packages.len() as u32);
        let name = self.intern_shared(&package.name);
        let depends = self.needs(self.sound_part(&package));
        let malformed = depends.len() < package.depends.len();
        self.has_malformed |= malformed;
        let foreign = package.arch.as_deref().is_some_and(|arch| !self.fits_machine(arch));
        let provides = self.needs(&package.provides);
        let install_if = self.needs(&package.install_if);
        self.by_checksum.insert(package.checksum, id);
        self.packages.push(Candidate {
            package,
            name,
            depends,
            installable: !malformed && !foreign,
            provides,
            install_if,
            sources,
            installed: None,
            from_file: false,
            cached_only: false,
        });
        id
    }

    /// The dependencies of a package that count. Since 3.0 a pin among them is an error, which ends the list.
    fn sound_part<'p>(&self, package: &'p Package) -> &'p [Dependency] {
        let depends = &package.depends;
        let pinned = || depends.iter().position(|dependency| dependency.tag.is_some());
        match self.engine.is_third() {
            true => &depends[..pinned().unwrap_or(depends.len())],
            false => depends,
        }
    }

    /// Since 3.0, packages of other machines cannot be installed.
    pub(crate) fn set_machine(&mut self, arch: &str) {
        self.arch = self.engine.is_third().then(|| arch.into());
    }

    /// Whether packages of an architecture run on this machine.
    pub(crate) fn fits_machine(&self, arch: &str) -> bool {
        arch == "noarch" || self.arch.as_deref().is_none_or(|machine| machine == arch)
    }

    /// Whether it costs little to look at all that a repository has.
    pub(crate) fn is_small(&self) -> bool {
        self.repositories.iter().map(|repository| repository.package_count()).sum::<usize>() < FEW_PACKAGES
    }

    /// Whether a package has dependencies that cannot be read.
    pub(crate) fn has_malformed(&self) -> bool {
        self.has_malformed
    }

    /// Adds a package under all of its names at once: an installed, virtual or given one, or one of
    /// a repository that is read as a whole.
    pub fn add(&mut self, package: Rc<Package>, sources: Sources) -> PackageId {
        let before = self.packages.len();
        let id = self.admit(package, sources);
        if self.packages.len() > before {
            self.offer_everywhere(id);
        }
        id
    }

    fn offer_everywhere(&mut self, id: PackageId) {
        let candidate = &self.packages[id.index()];
        let provides = candidate.provides.clone();
        self.offer(candidate.name, id);
        for need in provides.iter() {
            self.offer(need.name, id);
        }
    }

    /// Adds a package when the start is over: it comes last wherever order counts.
    pub fn add_late(&mut self, package: Rc<Package>, sources: Sources) -> PackageId {
        let names: Vec<NameId> = std::iter::once(&*package.name)
            .chain(package.provides.iter().map(|dependency| &*dependency.name))
            .map(|text| self.intern(text))
            .collect();
        names.into_iter().for_each(|name| self.complete(name));
        let before = self.packages.len();
        let id = self.add(package, sources);
        if self.packages.len() > before {
            self.late.push(id);
        }
        id
    }

    /// Changes how a package got here.
    pub fn candidate_mut(&mut self, id: PackageId) -> &mut Candidate {
        &mut self.packages[id.index()]
    }

    fn needs(&mut self, list: &[Dependency]) -> Rc<[Need]> {
        list.iter().map(|dependency| self.need(dependency)).collect()
    }

    /// Looks up a dependency's name and pin.
    pub fn need(&mut self, dependency: &Dependency) -> Need {
        Need {
            name: self.intern_shared(&dependency.name),
            conflict: dependency.conflict,
            version: dependency.version.clone(),
            tag: dependency.tag.as_deref().map_or(TagId::default(), |tag| self.tag(tag)),
            text: Rc::new(dependency.clone()),
        }
    }

    /// The number of a pin, a new one if need be.
    pub fn tag(&mut self, name: &str) -> TagId {
        let known = self.tags.iter().position(|tag| &*tag.name == name);
        let number = known.unwrap_or_else(|| {
            self.tags.push(Tag { name: name.into(), allowed: Sources::default() });
            self.tags.len() - 1
        });
        TagId(u8::try_from(number).unwrap_or(0))
    }

    /// All pins, the default first.
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// Lets a pin be served by repositories.
    pub fn allow(&mut self, tag: TagId, sources: Sources) {
        let allowed = &mut self.tags[usize::from(tag.0)].allowed;
        *allowed = allowed.with(sources);
    }

    /// Attaches a repository, whose packages are asked for by name.
    pub fn attach(&mut self, repository: Rc<dyn Repository>) {
        self.repositories.push(repository);
    }

    /// The attached repositories, in order.
    pub fn repositories(&self) -> &[Rc<dyn Repository>] {
        &self.repositories
    }

    /// Takes in every package of every repository, for the commands that look at all of them.
    pub fn complete_all(&mut self) {
        for (number, repository) in self.repositories.clone().into_iter().enumerate() {
            for package in repository.all() {
                let id = self.admit(package, Sources::repository(number));
                self.offer_everywhere(id);
            }
        }
        for name in &mut self.names {
            name.complete = true;
        }
    }

    /// Ends the start: names met so far stand first in the chains of apk's name table.
    pub fn seal(&mut self) {
        self.early = self.names.len();
    }

    /// Which version of apk looks at it.
    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    /// How the packages of a visit are ordered.
    pub(crate) fn walk(&self) -> Walk {
        self.walk
    }

    /// The packages that came after the start, in that order.
    pub(crate) fn late(&self) -> &[PackageId] {
        &self.late
    }

    /// Sorts names by where apk's walk of its name table meets them.
    pub(crate) fn sort_as_table(&self, names: &mut [NameId]) {
        let mut chained: Vec<(u32, NameId)> =
            names.iter().map(|&name| (name_order::chain(self.text(name)), name)).collect();
        chained.sort_unstable_by_key(|(chain, _)| *chain);
        // A new name goes to the head of its chain. Few chains have more than one name.
        for shared in chained.chunk_by_mut(|(a, _), (b, _)| a == b).filter(|shared| shared.len() > 1) {
            shared.sort_by_cached_key(|(_, name)| Reverse(self.met(*name)));
        }
        names.iter_mut().zip(chained).for_each(|(name, (_, sorted))| *name = sorted);
    }

    /// When apk would first have met a name.
    fn met(&self, name: NameId) -> (u32, u32) {
        if name.index() < self.early {
            return (0, name.0);
        }
        let text = self.text(name);
        let mention = |(number, repository): (usize, &Rc<dyn Repository>)| {
            repository.mention(text).map(|position| (number as u32 + 1, position))
        };
        self.repositories.iter().enumerate().find_map(mention).unwrap_or((u32::MAX, name.0))
    }
}
