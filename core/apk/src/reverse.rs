//! Who needs a name, and whom a name completes: the dependency arrows backwards.

use std::collections::BTreeSet;

use crate::{
    solver::need_accepts,
    universe::{NameId, Need, Offer, PackageId, Universe, Walk},
};

/// For every name, the names whose packages need it, in the order in which apk visits them.
#[derive(Default)]
pub(crate) struct NeededBy(Vec<Vec<NameId>>);

impl NeededBy {
    /// Of the packages that `universe` has looked at so far.
    pub(crate) fn of(universe: &Universe) -> Self {
        let mut arrows = NeededBy(vec![Vec::new(); universe.name_count()]);
        if universe.walk() == Walk::NameTable {
            let mut names: Vec<NameId> =
                universe.name_ids().filter(|&n| !universe.offers(n).is_empty()).collect();
            universe.sort_as_table(&mut names);
            for name in names {
                let late = universe.late();
                for offer in universe.offers(name).iter().filter(|o| !late.contains(&o.package)) {
                    arrows.add_next(name, &universe.candidate(offer.package).depends);
                }
            }
        }
        for id in added_after_start(universe) {
            let candidate = universe.candidate(id);
            arrows.add(candidate.name, &candidate.depends);
            if universe.engine().ranks_by_turn() {
                candidate.provides.iter().for_each(|need| arrows.add(need.name, &candidate.depends));
            }
        }
        arrows
    }

    /// As [`NeededBy::add`], for one name after the other: it is the last of a list or not in it.
    fn add_next(&mut self, from: NameId, needs: &[Need]) {
        for need in needs {
            let list = &mut self.0[need.name.index()];
            if list.last() != Some(&from) {
                list.push(from);
            }
        }
    }

    fn add(&mut self, from: NameId, needs: &[Need]) {
        for need in needs {
            let list = &mut self.0[need.name.index()];
            if !list.contains(&from) {
                list.push(from);
            }
        }
    }

    /// The names that need `name`.
    pub(crate) fn get(&self, name: NameId) -> &[NameId] {
        self.0.get(name.index()).map_or(&[], Vec::as_slice)
    }
}

fn added_after_start(universe: &Universe) -> Vec<PackageId> {
    match universe.walk() {
        Walk::NameTable => universe.late().to_vec(),
        Walk::AsAdded => universe.package_ids().collect(),
    }
}

/// Which of the packages of repositories that wait for a name are of interest.
pub(crate) enum Extent<'e> {
    /// All of them.
    All,
    /// Names that the universe knows already.
    Known,
    /// Those all of whose rule has been met.
    Met(&'e dyn Fn(NameId) -> bool),
}

/// The names by which packages of the repositories go that wait for one.
fn waiting_in_repositories(universe: &mut Universe, name: NameId, extent: &Extent<'_>) -> BTreeSet<NameId> {
    let text = universe.text(name).clone();
    let (mut found, mut new) = (BTreeSet::new(), Vec::<String>::new());
    for repository in universe.repositories() {
        repository.completed_by(&text, &mut |waiting| {
            let is_met = |met: &dyn Fn(NameId) -> bool, text: &str| universe.known(text).is_some_and(met);
            match extent {
                Extent::Known => found.extend(waiting.names.iter().filter_map(|text| universe.known(text))),
                Extent::Met(met) if !waiting.rule.iter().all(|text| is_met(met, text)) => {}
                Extent::All | Extent::Met(_) => {
                    new.extend(waiting.names.iter().map(|text| (*text).to_owned()))
                }
            }
        });
    }
    found.extend(new.iter().map(|text| universe.intern(text)));
    found
}

/// The names of packages that are installed by themselves when (among others) `name` is.
pub(crate) fn completed_by(universe: &mut Universe, name: NameId, extent: &Extent<'_>) -> Vec<NameId> {
    let mut found = waiting_in_repositories(universe, name, extent);
    let waits_for = |id: PackageId| universe.candidate(id).install_if.iter().any(|need| need.name == name);
    let mut late: Vec<NameId> = Vec::new();
    for candidate in
        added_after_start(universe).into_iter().filter(|&id| waits_for(id)).map(|id| universe.candidate(id))
    {
        late.push(candidate.name);
        if universe.engine().ranks_by_turn() {
            late.extend(candidate.provides.iter().map(|need| need.name));
        }
    }
    if universe.walk() == Walk::NameTable {
        let installed = |&id: &PackageId| universe.candidate(id).installed.is_some() && waits_for(id);
        for id in universe.package_ids().filter(installed) {
            let candidate = universe.candidate(id);
            found.insert(candidate.name);
            found.extend(candidate.provides.iter().map(|need| need.name));
        }
    }
    let mut names: Vec<NameId> = found.into_iter().collect();
    universe.sort_as_table(&mut names);
    for name in late {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// What a package is to a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Irrelevant,
    Satisfied,
    Broken,
}

/// What `package` is to `need`, a dependency of `owner` or of the world.
pub(crate) fn relation(
    universe: &Universe,
    owner: Option<PackageId>,
    need: &Need,
    package: PackageId,
) -> Relation {
    let candidate = universe.candidate(package);
    // Since 3.0, a package may forbid a name that it provides itself.
    let spared = universe.engine().is_third() && need.conflict && owner == Some(package);
    let version = match candidate.name == need.name {
        true => Some(candidate.package.version.clone()),
        false => match candidate.provides.iter().find(|provided| provided.name == need.name) {
            Some(provided) => provided.version.as_ref().map(|(_, version)| version.clone()),
            None => return Relation::Irrelevant,
        },
    };
    match (spared && candidate.name != need.name) || need_accepts(universe, need, &Offer { package, version })
    {
        true => Relation::Satisfied,
        false => Relation::Broken,
    }
}
