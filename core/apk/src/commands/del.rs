use std::collections::BTreeSet;

use crate::{
    command::{Command, Given, Section},
    commit::Outcome,
    console::{Console, Listing, Stream},
    database::{Database, world_remove},
    open::Needs,
    options::{COMMIT, GLOBAL, flag},
    reverse::{NeededBy, Relation, relation},
    session::Session,
    solver::{Flags, Request, Solution},
    universe::{NameId, Need, PackageId},
};

pub(crate) const COMMAND: Command = Command {
    name: "del",
    section: Section::Packages,
    arguments: "PACKAGES...",
    summary: "Remove packages from WORLD and commit changes",
    groups: &[&GLOBAL, &COMMIT],
    options: &[flag("r", "rdepends", "Remove what needs the packages, too")],
    drops_empty: true,
    needs: |_, _| Needs { update: false, ..Needs::WRITE },
    run: |session, given| Box::pin(run(session, given)),
};

async fn run(session: &mut Session<'_>, given: Given) -> Outcome {
    let del = Del { with_dependents: given.has("rdepends") };
    let request = match del.intend(&mut session.db, &given.args, &mut session.console) {
        Ok(request) => request,
        Err(unknown) => return unknown,
    };
    match session.answer(request) {
        Ok(solution) => {
            if session.console.verbosity > 0 {
                explain_kept(&mut session.db, &given.args, &solution, &mut session.console);
            }
            session.carry_out(&solution).await
        }
        Err(outcome) => outcome,
    }
}

/// The options of `apk del` that bear on what is wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Del {
    /// `--rdepends`: remove what needs the packages, too.
    pub(crate) with_dependents: bool,
}

impl Del {
    /// What the world is to be; else the number of unknown names, which have been printed.
    pub(crate) fn intend(
        &self,
        db: &mut Database,
        args: &[String],
        console: &mut Console,
    ) -> Result<Request, Outcome> {
        let mut world = db.world.clone();
        let (mut unknown, mut removed) = (0, Vec::new());
        for arg in args {
            match super::matching::matching_names(db, arg) {
                Some(names) => {
                    for name in names {
                        removed.extend(self.drop_name(db, name, &mut world));
                    }
                }
                None => {
                    console.error(format!("No such package: {arg}"));
                    unknown += 1;
                }
            }
        }
        if unknown > 0 {
            return Err(unknown);
        }
        let mut request = db.request(world);
        if db.universe.engine().hints_removal() {
            removed.into_iter().for_each(|name| request.mark(name, Flags::REMOVE, Flags::NONE));
        }
        Ok(request)
    }

    /// Takes a name out of the world; the names of the packages that are to go.
    fn drop_name(&self, db: &mut Database, name: NameId, world: &mut Vec<Need>) -> Vec<NameId> {
        match db.installed_by_name(name) {
            None => {
                world_remove(world, name);
                Vec::new()
            }
            Some(package) => self.drop_package(db, &NeededBy::of(&db.universe), package, world),
        }
    }

    fn drop_package(
        &self,
        db: &Database,
        needed_by: &NeededBy,
        package: PackageId,
        world: &mut Vec<Need>,
    ) -> Vec<NameId> {
        let (mut names, mut visited) = (Vec::new(), BTreeSet::new());
        let mut pending = vec![package];
        while let Some(package) = pending.pop() {
            let candidate = db.universe.candidate(package);
            world_remove(world, candidate.name);
            names.push(candidate.name);
            if self.with_dependents {
                candidate.provides.iter().for_each(|need| world_remove(world, need.name));
                let installed = |id: PackageId| db.universe.candidate(id).installed.is_some();
                pending.extend(dependents(db, needed_by, package, installed, &mut visited));
            }
        }
        names
    }
}

/// Packages that pass `of_interest` and one of whose dependencies `package` fulfils, each once.
fn dependents(
    db: &Database,
    needed_by: &NeededBy,
    package: PackageId,
    of_interest: impl Fn(PackageId) -> bool,
    visited: &mut BTreeSet<PackageId>,
) -> Vec<PackageId> {
    let universe = &db.universe;
    let candidate = universe.candidate(package);
    let names = std::iter::once(candidate.name).chain(candidate.provides.iter().map(|need| need.name));
    let mut found = Vec::new();
    for offer in names.flat_map(|name| needed_by.get(name)).flat_map(|name| universe.offers(*name)) {
        if !of_interest(offer.package) || !visited.insert(offer.package) {
            continue;
        }
        let depends = &universe.candidate(offer.package).depends;
        if depends
            .iter()
            .any(|need| relation(universe, Some(offer.package), need, package) == Relation::Satisfied)
        {
            found.push(offer.package);
        }
    }
    found
}

/// Says which of the names stay because something else in the world needs them.
pub(crate) fn explain_kept(db: &mut Database, args: &[String], solution: &Solution, console: &mut Console) {
    let mut names: Vec<NameId> =
        args.iter().flat_map(|arg| super::matching::matching_names(db, arg).unwrap_or_default()).collect();
    if args.is_empty() {
        // No argument is no limit.
        names = db.universe.name_ids().collect();
    }
    names.sort_by(|&a, &b| crate::display_order(db.universe.text(a), db.universe.text(b)));
    names.dedup();
    let third = db.universe.engine().is_third();
    if third {
        // What the world has forbidden so far was not there to be removed.
        let forbidden = |name: &NameId| db.world.iter().any(|need| need.conflict && need.name == *name);
        names.retain(|name| !forbidden(name));
    }
    let counts = |need: &&Need| !(third && need.conflict);
    let kept = Kept {
        needed_by: NeededBy::of(&db.universe),
        chosen: solution.changes.iter().filter_map(|change| change.new).collect(),
        world: solution.world.iter().filter(counts).map(|need| need.name).collect(),
        only_wanted: third && console.verbosity < 2,
        db,
    };
    let mut explained = false;
    for name in names {
        let reasons = kept.reasons(name);
        if let Some(reasons) = reasons {
            if !std::mem::replace(&mut explained, true) {
                console.message("World updated, but the following packages are not removed due to:");
            }
            let mut listing = Listing::new(console.width);
            listing.start(&format!("  {}:", kept.db.universe.text(name)));
            reasons.iter().for_each(|&reason| listing.item(kept.db.universe.text(reason)));
            listing.end();
            console.write(Stream::Out, listing.into_text());
        }
    }
    if explained {
        console.line("");
    }
}

struct Kept<'d> {
    db: &'d Database,
    needed_by: NeededBy,
    chosen: BTreeSet<PackageId>,
    world: BTreeSet<NameId>,
    /// Of what completes a package, only entries of the world are looked at.
    only_wanted: bool,
}

impl Kept<'_> {
    /// The entries of the world that keep a name; `None` when it goes.
    fn reasons(&self, name: NameId) -> Option<Vec<NameId>> {
        let (mut reasons, mut visited) = (Vec::new(), BTreeSet::new());
        let offers = self.db.universe.offers(name).iter();
        let kept: Vec<PackageId> = offers.map(|o| o.package).filter(|id| self.chosen.contains(id)).collect();
        if kept.is_empty() {
            return None;
        }
        kept.into_iter().for_each(|package| self.follow(package, &mut reasons, &mut visited));
        Some(reasons)
    }

    fn follow(&self, package: PackageId, reasons: &mut Vec<NameId>, visited: &mut BTreeSet<PackageId>) {
        // Depth first, in apk's order: the last pushed is the first visited.
        let mut pending = vec![package];
        while let Some(package) = pending.pop() {
            let candidate = self.db.universe.candidate(package);
            let names = std::iter::once(candidate.name).chain(candidate.provides.iter().map(|n| n.name));
            reasons.extend(names.filter(|name| self.world.contains(name)));
            let chosen = |id: PackageId| self.chosen.contains(&id);
            let mut next = dependents(self.db, &self.needed_by, package, chosen, visited);
            for need in candidate.install_if.iter() {
                for offer in self.db.universe.offers(need.name) {
                    let name = self.db.universe.candidate(offer.package).name;
                    let counts = !self.only_wanted || self.world.contains(&name);
                    if counts && chosen(offer.package) && visited.insert(offer.package) {
                        next.push(offer.package);
                    }
                }
            }
            pending.extend(next.into_iter().rev());
        }
    }
}
