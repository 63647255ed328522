//! Says why a world cannot be had: which packages stand against each other, and who asks for them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Solution};
use crate::{
    console::{Console, Listing, Stream},
    reverse::{Extent, NeededBy, Relation, completed_by, relation},
    universe::{NameId, Need, PackageId, Sources, TagId, Universe},
};

/// How a name or package got into the attempted state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Presence {
    Needed,
    Completed,
    VirtualOnly,
}

struct Report<'u> {
    universe: &'u mut Universe,
    needed_by: NeededBy,
    world: Vec<Need>,
    /// The packages of the attempted state.
    chosen: BTreeSet<PackageId>,
    packages: BTreeSet<(PackageId, Presence)>,
    names: BTreeSet<(NameId, Presence)>,
    reported_missing: BTreeSet<NameId>,
    listing: Listing,
    /// The heading of the item at hand, until it has been printed.
    heading: Option<String>,
    headings: usize,
}

/// Prints why `solution` failed.
pub fn report(universe: &mut Universe, solution: &Solution, console: &mut Console) {
    console.error("unable to select packages:");
    let chosen = solution.changes.iter().filter_map(|change| change.new).collect();
    let mut report = Report {
        needed_by: NeededBy::of(universe),
        universe,
        world: solution.world.clone(),
        chosen,
        packages: BTreeSet::new(),
        names: BTreeSet::new(),
        reported_missing: BTreeSet::new(),
        listing: Listing::new(console.width),
        heading: None,
        headings: 0,
    };
    report.discover();
    report.missing_names(&solution.world);
    for change in &solution.changes {
        report.change(change);
    }
    if report.headings == 0 {
        report.listing.line("Huh? Error reporter did not find the broken constraints.");
    }
    console.write(Stream::Err, report.listing.into_text());
}

impl Report<'_> {
    /// Finds out which names are really there in the attempted state.
    fn discover(&mut self) {
        let mut visits: Vec<(NameId, Presence)> = wanted(&self.world);
        while let Some((name, presence)) = visits.pop() {
            for offer in self.universe.offers(name).to_vec() {
                if self.chosen.contains(&offer.package) {
                    self.visit(name, offer.package, presence, &mut visits);
                }
            }
        }
    }

    fn visit(
        &mut self,
        name: NameId,
        id: PackageId,
        presence: Presence,
        visits: &mut Vec<(NameId, Presence)>,
    ) {
        let candidate = self.universe.candidate(id).clone();
        let concrete = candidate.name == name
            || candidate.provides.iter().any(|need| need.name == name && need.version.is_some());
        let presence = match concrete || candidate.package.provider_priority > 0 {
            true => presence,
            false => Presence::VirtualOnly,
        };
        if !self.packages.insert((id, presence)) {
            return;
        }
        self.names.insert((candidate.name, presence));
        for need in candidate.provides.iter() {
            let unversioned = presence == Presence::Completed && need.version.is_none();
            self.names.insert((need.name, if unversioned { Presence::VirtualOnly } else { presence }));
        }
        visits.extend(wanted(&candidate.depends));
        if presence != Presence::VirtualOnly {
            for name in std::iter::once(candidate.name).chain(candidate.provides.iter().map(|n| n.name)) {
                self.visit_completed_by(name, visits);
            }
        }
    }

    fn visit_completed_by(&mut self, name: NameId, visits: &mut Vec<(NameId, Presence)>) {
        for completed in completed_by(self.universe, name, &Extent::Known) {
            for offer in self.universe.offers(completed).to_vec() {
                let candidate = self.universe.candidate(offer.package);
                let holds = |need: &Need| need.conflict != self.is_present(need.name);
                let rule = &candidate.install_if;
                if self.chosen.contains(&offer.package) && !rule.is_empty() && rule.iter().all(holds) {
                    visits.push((candidate.name, Presence::Completed));
                    visits.extend(candidate.provides.iter().map(|need| (need.name, Presence::Completed)));
                }
            }
        }
    }

    fn is_present(&self, name: NameId) -> bool {
        [Presence::Needed, Presence::Completed].into_iter().any(|p| self.names.contains(&(name, p)))
    }

    fn change(&mut self, change: &Change) {
        let Some(package) = change.new else { return };
        self.package(package, change.new_tag);
        let depends = self.universe.candidate(package).depends.clone();
        self.missing_names(&depends);
    }

    fn package(&mut self, package: PackageId, tag: TagId) {
        self.heading = Some(self.universe.candidate(package).package.label());
        self.refusal(package);
        self.masks(package, tag);
        self.conflicts(package);
        self.asked_by(package, Relation::Broken, "breaks:");
        if self.heading.is_none() {
            self.asked_by(package, Relation::Satisfied, "satisfies:");
        }
    }

    /// Adds an item to the list `label` of the item at hand.
    fn item(&mut self, label: &str, item: &str) {
        if let Some(heading) = self.heading.take() {
            self.listing.line(&format!("  {heading}:"));
            self.headings += 1;
        }
        self.listing.start(&format!("    {label}"));
        self.listing.item(item);
    }

    /// Why the package cannot be installed here, whoever asks for it.
    fn refusal(&mut self, package: PackageId) {
        let candidate = self.universe.candidate(package);
        if candidate.installable {
            return;
        }
        let arch = candidate.package.arch.clone();
        self.item("error:", "uninstallable");
        self.listing.end();
        if let Some(arch) = arch.filter(|arch| !self.universe.fits_machine(arch)) {
            self.item("arch:", &arch);
            self.listing.end();
        }
    }

    /// Why the package may not be taken from where it is.
    fn masks(&mut self, package: PackageId, tag: TagId) {
        let candidate = self.universe.candidate(package).clone();
        if candidate.installed.is_some() {
            return;
        }
        if !candidate.sources.meets(self.universe.available) {
            self.item("masked in:", "--no-network");
        } else if candidate.sources == Sources::CACHE && !candidate.from_file {
            self.item("masked in:", "cache");
        } else {
            let tags = self.universe.tags().to_vec();
            let allowed = tags[0].allowed.with(tags[usize::from(tag.0)].allowed);
            if candidate.sources.meets(allowed) {
                return;
            }
            for tag in tags.iter().filter(|tag| tag.allowed.meets(candidate.sources)) {
                let name = if tag.name.is_empty() { String::new() } else { format!("@{}", tag.name) };
                self.item("masked in:", &name);
            }
        }
        self.listing.end();
    }

    fn conflicts(&mut self, package: PackageId) {
        let candidate = self.universe.candidate(package).clone();
        for offer in self.universe.offers(candidate.name).to_vec() {
            if offer.package != package && self.chosen.contains(&offer.package) {
                let label = self.universe.candidate(offer.package).package.label();
                self.item("conflicts:", &label);
            }
        }
        for provided in candidate.provides.iter() {
            let version = provided.version.as_ref().map(|(_, version)| version.clone());
            let mut itself = true;
            for offer in self.universe.offers(provided.name).to_vec() {
                let harmless = version.is_none() && offer.version.is_none();
                if !self.chosen.contains(&offer.package) || harmless {
                    continue;
                }
                if itself && offer.package == package && offer.version == version {
                    itself = false;
                    continue;
                }
                let label = self.universe.candidate(offer.package).package.label();
                self.item("conflicts:", &format!("{label}[{}]", provided.text));
            }
        }
        self.listing.end();
    }

    /// Who asks for the package, in vain or not.
    fn asked_by(&mut self, package: PackageId, wanted: Relation, label: &str) {
        for need in self.world.clone() {
            if relation(self.universe, None, &need, package) == wanted {
                let text = self.world_text(&need);
                self.item(label, &text);
            }
        }
        let candidate = self.universe.candidate(package).clone();
        let names = std::iter::once(candidate.name).chain(candidate.provides.iter().map(|need| need.name));
        let dependents: Vec<NameId> = names.flat_map(|name| self.needed_by.get(name).to_vec()).collect();
        let mut visited = BTreeSet::new();
        for name in dependents {
            for offer in self.universe.offers(name).to_vec() {
                if !self.chosen.contains(&offer.package) || !visited.insert(offer.package) {
                    continue;
                }
                let dependent = self.universe.candidate(offer.package).clone();
                for need in dependent.depends.iter() {
                    if relation(self.universe, Some(offer.package), need, package) == wanted {
                        self.item(label, &format!("{}[{}]", dependent.package.label(), need.text));
                    }
                }
            }
        }
        self.listing.end();
    }

    fn missing_names(&mut self, needs: &[Need]) {
        for need in needs.iter().filter(|need| !need.conflict) {
            if !self.is_present(need.name) && self.reported_missing.insert(need.name) {
                self.missing_name(need.name);
            }
        }
    }

    fn missing_name(&mut self, name: NameId) {
        let text = self.universe.text(name).clone();
        if self.universe.offers(name).is_empty() {
            self.heading = Some(format!("{text} (no such package)"));
        } else {
            self.heading = Some(format!("{text} (virtual)"));
            for word in "please select one of the 'provided by' packages explicitly".split(' ') {
                self.item("note:", word);
            }
            self.listing.end();
            self.providers(name);
        }
        self.required_by(name);
    }

    /// The packages that provide a name; by name alone where all versions do.
    fn providers(&mut self, name: NameId) {
        let offers = self.universe.offers(name).to_vec();
        let mut counts: BTreeMap<NameId, usize> = BTreeMap::new();
        for offer in &offers {
            self.universe.complete(self.universe.candidate(offer.package).name);
            *counts.entry(self.universe.candidate(offer.package).name).or_default() += 1;
        }
        for offer in &offers {
            let candidate = self.universe.candidate(offer.package).clone();
            let left = counts.entry(candidate.name).or_default();
            if *left == self.universe.offers(candidate.name).len() {
                *left = 0;
                let text = self.universe.text(candidate.name).clone();
                self.item("provided by:", &text);
            } else if *left > 0 {
                *left -= 1;
                self.item("provided by:", &candidate.package.label());
            }
        }
        self.listing.end();
    }

    /// An entry of the world; with its pin since 3.0.
    fn world_text(&self, need: &Need) -> String {
        match self.universe.engine().is_third() {
            true => format!("world[{}]", need.text.with_tag()),
            false => format!("world[{}]", need.text),
        }
    }

    fn required_by(&mut self, name: NameId) {
        let asks = |need: &&Need| need.name == name && !need.conflict;
        for need in self.world.clone().iter().filter(asks) {
            let text = self.world_text(need);
            self.item("required by:", &text);
        }
        let mut visited = BTreeSet::new();
        for dependent in self.needed_by.get(name).to_vec() {
            let offers = self.universe.offers(dependent).to_vec();
            let fresh =
                offers.iter().find(|o| self.chosen.contains(&o.package) && !visited.contains(&o.package));
            let Some(offer) = fresh else { continue };
            visited.insert(offer.package);
            let candidate = self.universe.candidate(offer.package).clone();
            if let Some(need) = candidate.depends.iter().find(asks) {
                self.item("required by:", &format!("{}[{}]", candidate.package.label(), need.text));
            }
        }
        self.listing.end();
    }
}

fn wanted(needs: &[Need]) -> Vec<(NameId, Presence)> {
    needs.iter().rev().filter(|need| !need.conflict).map(|need| (need.name, Presence::Needed)).collect()
}
