//! What `apk add` has to do, worked out from the text of the indexes alone: whatever a package needs is installed before
//! it, in the order in which its stanza lists it; what waits for it comes after it.
//!
//! This knows nothing of `core/apk` but how versions compare and in which chain of its table apk keeps a name, which is the
//! order in which it visits those that wait. It takes the easy way where several packages provide a name, which is right as long
//! as nothing conflicts.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
    path::Path,
};

/// A stanza.
#[derive(Default)]
struct Stanza {
    name: String,
    version: String,
    priority: u64,
    bytes: u64,
    depends: Vec<String>,
    provides: Vec<String>,
    install_if: Vec<String>,
}

/// The indexes of a release and the packages of its base image.
pub(super) struct Facts {
    stanzas: Vec<Stanza>,
    /// Places of the stanzas that have or provide a name, in index order.
    offers: BTreeMap<String, Vec<usize>>,
    /// Places of the stanzas that wait for a name.
    waiting: BTreeMap<String, Vec<usize>>,
    base: Vec<Stanza>,
}

/// The lines of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Installation {
    /// `NAME (VERSION)` in order.
    pub(super) packages: Vec<String>,
    /// The last line.
    pub(super) summary: String,
}

/// What stands before a version, and the rest of a dependency.
fn split(dependency: &str) -> (&str, Option<&str>) {
    let end = dependency.find(['<', '>', '=', '~']);
    end.map_or((dependency, None), |end| (&dependency[..end], Some(&dependency[end..])))
}

fn stanzas(text: &str) -> Vec<Stanza> {
    let stanza = |text: &str| {
        let mut stanza = Stanza::default();
        for (letter, value) in text.lines().filter_map(|line| line.split_once(':')) {
            let words = || value.split(' ').map(str::to_owned).collect();
            match letter {
                "P" => stanza.name = value.to_owned(),
                "V" => stanza.version = value.to_owned(),
                "I" => stanza.bytes = value.parse().unwrap_or(0),
                "k" => stanza.priority = value.parse().unwrap_or(0),
                "D" => stanza.depends = words(),
                "p" => stanza.provides = words(),
                "i" => stanza.install_if = words(),
                _ => {}
            }
        }
        stanza
    };
    text.split("\n\n").filter(|text| text.contains("P:")).map(stanza).collect()
}

/// A file that may be compressed.
fn text(folder: &Path, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let mut text = String::new();
        match std::fs::File::open(folder.join(format!("{name}.gz"))) {
            Ok(file) => flate2::read::GzDecoder::new(file).read_to_string(&mut text).ok()?,
            Err(_) => std::fs::File::open(folder.join(name)).ok()?.read_to_string(&mut text).ok()?,
        };
        Some(text)
    })
}

impl Facts {
    /// Reads the indexes of a release, and what an image has: the text of its database.
    pub(super) fn read(folder: &Path, base: &str) -> Option<Self> {
        let mut all = stanzas(&text(folder, &["main.apkindex"])?);
        let community = text(folder, &["community.apkindex", "community.derived.apkindex"]);
        all.extend(stanzas(&community.unwrap_or_default()));
        let mut facts =
            Facts { stanzas: all, offers: BTreeMap::new(), waiting: BTreeMap::new(), base: stanzas(base) };
        for (place, stanza) in facts.stanzas.iter().enumerate() {
            let provided = stanza.provides.iter().map(|name| split(name).0);
            for name in std::iter::once(&*stanza.name).chain(provided) {
                facts.offers.entry(name.to_owned()).or_default().push(place);
            }
            for need in &stanza.install_if {
                facts.waiting.entry(split(need).0.to_owned()).or_default().push(place);
            }
        }
        Some(facts)
    }

    /// Whether the release has a package of the name, or one that provides it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.offers.contains_key(name)
    }

    /// The packages that wait for a name, as a walk of apk's table meets the names by which they go.
    fn waiting_for(&self, name: &str) -> Vec<usize> {
        let mut met = Vec::new();
        for &place in self.waiting.get(name).into_iter().flatten() {
            let provided = self.stanzas[place].provides.iter().map(|name| split(name).0);
            let names = std::iter::once(&*self.stanzas[place].name).chain(provided);
            met.extend(names.map(|name| (apk::name_chain(name), place)));
        }
        met.sort_unstable();
        met.into_iter().map(|(_, place)| place).collect()
    }

    /// What adding a package to the base image has to print; `None` where it cannot be had.
    pub(super) fn add(&self, name: &str) -> Option<Installation> {
        let mut plan =
            Plan { facts: self, there: BTreeSet::new(), order: Vec::new(), begun: BTreeSet::new() };
        for stanza in &self.base {
            plan.note(stanza);
        }
        plan.fulfil(name)?;
        let new = || plan.order.iter().map(|&place| &self.stanzas[place]);
        let bytes: u64 = new().chain(&self.base).map(|stanza| stanza.bytes).sum();
        let count = plan.order.len() + self.base.len();
        Some(Installation {
            packages: new().map(|stanza| format!("{} ({})", stanza.name, stanza.version)).collect(),
            summary: format!("OK: {} MiB in {count} packages", bytes >> 20),
        })
    }
}

struct Plan<'f> {
    facts: &'f Facts,
    /// Names that something has or provides that is installed or about to be.
    there: BTreeSet<String>,
    order: Vec<usize>,
    begun: BTreeSet<usize>,
}

impl Plan<'_> {
    fn note(&mut self, stanza: &Stanza) {
        self.there.insert(stanza.name.clone());
        self.there.extend(stanza.provides.iter().map(|name| split(name).0.to_owned()));
    }

    fn fulfil(&mut self, need: &str) -> Option<()> {
        let (name, _) = split(need);
        if need.starts_with('!') || self.there.contains(name) {
            return Some(());
        }
        self.install(self.choose(need)?)
    }

    /// The best offer: the newest version of the name, then the highest priority, then the first in the indexes.
    fn choose(&self, need: &str) -> Option<usize> {
        let (name, wanted) = split(need);
        let stanza = |place: usize| &self.facts.stanzas[place];
        let version = |place: usize| {
            let stanza = stanza(place);
            let own = (stanza.name == name).then_some(&*stanza.version);
            let provided = || stanza.provides.iter().map(|text| split(text)).find(|(text, _)| *text == name);
            own.or_else(|| provided()?.1.map(|version| version.trim_start_matches('=')))
        };
        let fits = |place: &usize| match wanted.and_then(|wanted| wanted.strip_prefix('=')) {
            Some(wanted) => version(*place) == Some(wanted),
            None => true,
        };
        let offers = self.facts.offers.get(name)?.iter().copied().filter(fits);
        offers.reduce(|best, other| {
            let newer = match (version(other), version(best)) {
                (Some(other), Some(best)) => apk::version::compare(other, best),
                _ => std::cmp::Ordering::Equal,
            };
            let order = newer.then(stanza(other).priority.cmp(&stanza(best).priority));
            if order.is_gt() { other } else { best }
        })
    }

    fn install(&mut self, place: usize) -> Option<()> {
        if !self.begun.insert(place) {
            return Some(());
        }
        let stanza = &self.facts.stanzas[place];
        self.note(stanza);
        stanza.depends.iter().try_for_each(|need| self.fulfil(need))?;
        self.order.push(place);
        let provided = stanza.provides.iter().map(|name| split(name).0);
        for name in std::iter::once(&*stanza.name).chain(provided) {
            for waiting in self.facts.waiting_for(name) {
                let is_met = |need: &String| self.there.contains(split(need).0) != need.starts_with('!');
                if self.facts.stanzas[waiting].install_if.iter().all(is_met) {
                    self.install(waiting)?;
                }
            }
        }
        Some(())
    }
}
