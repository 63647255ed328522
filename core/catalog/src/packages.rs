//! The packages of a release, turned into descriptions when asked for.

use std::{
    cell::{OnceCell, RefCell},
    rc::Rc,
};

use apk::{Checksum, Dependency, Operator, Package};

use crate::{
    details::{Details, Packed},
    graph::{Graph, Reference, Rest},
    pack::{Damaged, Pack},
};

/// Which of the two repositories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Main,
    Community,
}

/// A repository.
pub(crate) struct Packages {
    graph: Graph,
    /// Whose names come first.
    before: Option<Rc<Packages>>,
    packed: Packed,
    details: OnceCell<Details>,
    known: RefCell<Vec<Option<Rc<Package>>>>,
    arch: Rc<str>,
}

impl Packages {
    pub(crate) fn open(pack: &mut Pack, before: Option<Rc<Packages>>) -> Result<Self, Damaged> {
        let graph = Graph::open(pack, before.as_ref().map(|before| &before.graph.names))?;
        Ok(Packages {
            known: RefCell::new(vec![None; graph.named.len()]),
            graph,
            before,
            packed: Packed::open(pack)?,
            details: OnceCell::new(),
            arch: "x86_64".into(),
        })
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.graph.named.len()
    }

    fn find(&self, name: &str) -> Option<usize> {
        let before = self.before.as_ref().and_then(|before| before.graph.names.find(name));
        before.or_else(|| self.graph.names.find(name))
    }

    fn name(&self, number: u32) -> Result<Rc<str>, Damaged> {
        let before = self.before.as_ref().and_then(|before| before.graph.names.shared(number as usize));
        before.or_else(|| self.graph.names.shared(number as usize)).ok_or(Damaged)
    }

    /// Packages that are called so or provide it.
    pub(crate) fn providers(&self, name: &str) -> Result<Vec<Rc<Package>>, Damaged> {
        let places = self.find(name).map_or(&[][..], |name| self.graph.providers(name));
        let mut last = None;
        let new = places.iter().filter(|&place| last.replace(*place) != Some(*place));
        new.map(|&place| self.get(place as usize)).collect()
    }

    /// The names by which packages go that wait for one to be installed.
    pub(crate) fn completed_by(&self, name: &str) -> Result<Vec<Rc<str>>, Damaged> {
        let places = self.find(name).map_or(&[][..], |name| self.graph.waiting(name));
        let names = places.iter().flat_map(|&place| {
            let provided = self.graph.provides.of(place as usize).iter().map(|reference| reference.name);
            std::iter::once(self.graph.named[place as usize]).chain(provided)
        });
        names.map(|name| self.name(name)).collect()
    }

    /// How many names the index mentions before this one; `None` when it never does.
    pub(crate) fn mention(&self, name: &str) -> Option<u32> {
        self.graph.mention(self.find(name)?)
    }

    /// A package by its place in the index.
    pub(crate) fn get(&self, place: usize) -> Result<Rc<Package>, Damaged> {
        if let Some(package) = self.known.borrow().get(place).ok_or(Damaged)? {
            return Ok(package.clone());
        }
        let package = Rc::new(self.describe(place)?);
        self.known.borrow_mut()[place] = Some(package.clone());
        Ok(package)
    }

    fn details(&self) -> Result<&Details, Damaged> {
        if let Some(details) = self.details.get() {
            return Ok(details);
        }
        let details = self.packed.unpack(self.count())?;
        Ok(self.details.get_or_init(|| details))
    }

    fn describe(&self, place: usize) -> Result<Package, Damaged> {
        let details = self.details()?;
        let name = self.name(self.graph.named[place])?;
        let version: Rc<str> = details.version(place).into();
        let checksum = details.checksums.get(&place).copied();
        let checksum = checksum.unwrap_or_else(|| Checksum::of(format!("{name}-{version}")));
        let [installed_size, size] = details.sizes[place];
        let list = |references: &[Reference]| {
            let dependencies = references.iter().map(|&reference| self.dependency(reference, &version));
            dependencies.collect::<Result<Vec<_>, Damaged>>()
        };
        let page = details.page(place, |place| self.origin(details, place).ok().flatten());
        let mut package = Package::new("", "", checksum);
        package.depends = list(self.graph.depends.of(place))?;
        package.provides = list(self.graph.provides.of(place))?;
        package.install_if = list(self.graph.install_if.of(place))?;
        package.arch = Some(self.arch.clone());
        package.size = size;
        package.installed_size = installed_size;
        package.url = page.into();
        package.license = details.license(place).into();
        package.origin = self.origin(details, place)?;
        package.provider_priority = details.priorities.get(&place).copied().unwrap_or(0);
        package.build_time = details.times[place];
        (package.name, package.version) = (name, version);
        Ok(package)
    }

    fn origin(&self, details: &Details, place: usize) -> Result<Option<Rc<str>>, Damaged> {
        match details.origin(place) {
            Ok(place) => self.name(self.graph.named[place]).map(Some),
            Err(text) => Ok((!text.is_empty()).then(|| text.into())),
        }
    }

    fn dependency(&self, reference: Reference, own: &Rc<str>) -> Result<Dependency, Damaged> {
        let name = self.name(reference.name)?;
        let plain = Dependency { name, conflict: false, version: None, tag: None };
        match self.graph.rest(reference) {
            Rest::Nothing => Ok(plain),
            Rest::OwnVersion => Ok(Dependency { version: Some((Operator::EQUAL, own.clone())), ..plain }),
            Rest::Text(rest) => {
                let (bang, rest) = rest.strip_prefix('!').map_or(("", rest), |rest| ("!", rest));
                Dependency::parse(&format!("{bang}{}{rest}", plain.name)).ok_or(Damaged)
            }
        }
    }
}
