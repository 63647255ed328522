//! The packages of a release, turned into descriptions when asked for.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use apk::{About, Checksum, Deferred, Dependency, Operator, Package, Waiting};

use crate::{
    details::{Details, Lore, PackedDetails},
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
    names: Rc<Names>,
    packed: PackedDetails,
    details: OnceCell<Details>,
    known: RefCell<BTreeMap<usize, Rc<Package>>>,
    arch: Rc<str>,
}

/// Who is called what: this much outlives the repository in the packages that were taken from it.
struct Names {
    graph: Graph,
    /// Whose names come first.
    before: Option<Rc<Packages>>,
    lore: Lore,
}

impl Names {
    fn name(&self, number: u32) -> Result<Rc<str>, Damaged> {
        let before = self.before.as_ref().and_then(|before| before.names.graph.names.shared(number as usize));
        before.or_else(|| self.graph.names.shared(number as usize)).ok_or(Damaged)
    }

    fn text(&self, number: u32) -> &str {
        let before = self.before.as_ref().and_then(|before| before.names.graph.names.text(number as usize));
        before.or_else(|| self.graph.names.text(number as usize)).unwrap_or_default()
    }

    fn origin(&self, place: usize) -> Result<Option<Rc<str>>, Damaged> {
        match self.lore.origin(place)? {
            Ok(place) => self.name(self.graph.named[place]).map(Some),
            Err(text) => Ok((!text.is_empty()).then(|| text.into())),
        }
    }

    fn about(&self, place: usize) -> Result<About, Damaged> {
        Ok(About {
            description: Some("".into()),
            url: self.lore.page(place, |place| self.origin(place).ok().flatten())?,
            license: self.lore.license(place)?.to_owned(),
            origin: self.origin(place)?,
            build_time: self.lore.build_time(place)?,
            ..About::default()
        })
    }
}

impl Packages {
    pub(crate) fn open(pack: &mut Pack, before: Option<Rc<Packages>>) -> Result<Self, Damaged> {
        let graph = Graph::open(pack, before.as_ref().map(|before| &before.names.graph.names))?;
        let lore = Lore::open(pack, graph.named.len())?;
        Ok(Packages {
            names: Rc::new(Names { graph, before, lore }),
            packed: PackedDetails::open(pack)?,
            details: OnceCell::new(),
            known: RefCell::default(),
            arch: "x86_64".into(),
        })
    }

    fn graph(&self) -> &Graph {
        &self.names.graph
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.graph().named.len()
    }

    fn find(&self, name: &str) -> Option<usize> {
        let before = self.names.before.as_ref().and_then(|before| before.graph().names.find(name));
        before.or_else(|| self.graph().names.find(name))
    }

    /// Packages that are called so or provide it.
    pub(crate) fn providers(&self, name: &str) -> Result<Vec<Rc<Package>>, Damaged> {
        let places = self.find(name).map_or(&[][..], |name| self.graph().providers(name));
        let mut last = None;
        let new = places.iter().filter(|&place| last.replace(*place) != Some(*place));
        new.map(|&place| self.get(place as usize)).collect()
    }

    /// Visits the packages that wait for one to be installed.
    pub(crate) fn completed_by(&self, name: &str, visit: &mut dyn FnMut(Waiting<'_>)) {
        let graph = self.graph();
        let places = self.find(name).map_or(&[][..], |name| graph.waiting(name));
        let (mut names, mut rule) = (Vec::new(), Vec::new());
        for &place in places {
            let provided = graph.provides.of(place as usize).iter().map(|reference| reference.name);
            names.clear();
            names.push(self.names.text(graph.named[place as usize]));
            names.extend(provided.map(|name| self.names.text(name)));
            let wanted = graph.install_if.of(place as usize).iter();
            rule.clear();
            rule.extend(
                wanted.filter(|&&need| !graph.is_conflict(need)).map(|need| self.names.text(need.name)),
            );
            visit(Waiting { names: &names, rule: &rule });
        }
    }

    /// Where the index mentions a name first; `None` when it never does.
    pub(crate) fn mention(&self, name: &str) -> Option<u32> {
        self.graph().mention(self.find(name)?)
    }

    /// A package by its place in the index.
    pub(crate) fn get(&self, place: usize) -> Result<Rc<Package>, Damaged> {
        if let Some(package) = self.known.borrow().get(&place) {
            return Ok(package.clone());
        }
        if place >= self.count() {
            return Err(Damaged);
        }
        let package = Rc::new(self.describe(place)?);
        self.known.borrow_mut().insert(place, package.clone());
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
        let name = self.names.name(self.graph().named[place])?;
        let version: Rc<str> = details.version(place).into();
        let checksum = details.checksums.get(&place).copied();
        let checksum = checksum.unwrap_or_else(|| Checksum::of(format!("{name}-{version}")));
        let [installed_size, size] = details.sizes[place];
        let list = |references: &[Reference]| {
            let dependencies = references.iter().map(|&reference| self.dependency(reference, &version));
            dependencies.collect::<Result<Vec<_>, Damaged>>()
        };
        let graph = self.graph();
        let names = Rc::clone(&self.names);
        // The pack is read in full by a test: what is in it can be read.
        let about = Deferred::new(move || names.about(place).unwrap_or_default());
        Ok(Package {
            checksum,
            depends: list(graph.depends.of(place))?,
            provides: list(graph.provides.of(place))?,
            install_if: list(graph.install_if.of(place))?,
            name,
            version,
            arch: Some(self.arch.clone()),
            size,
            installed_size,
            provider_priority: details.priorities.get(&place).copied().unwrap_or(0),
            about,
        })
    }

    fn dependency(&self, reference: Reference, own: &Rc<str>) -> Result<Dependency, Damaged> {
        let name = self.names.name(reference.name)?;
        match self.graph().rest(reference) {
            Rest::Nothing => Dependency::with_rest(name, ""),
            Rest::OwnVersion => {
                let version = Some((Operator::EQUAL, own.clone()));
                Some(Dependency { name, conflict: false, version, tag: None })
            }
            Rest::Text(rest) => Dependency::with_rest(name, rest),
        }
        .ok_or(Damaged)
    }
}
