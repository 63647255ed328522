//! Turns decisions into an ordered list of changes: what a package needs comes before it, what
//! nobody needs any more goes as soon as that is so.

use super::{
    Change, Flags, SolveError,
    state::{Decision, Solver},
};
use crate::{
    reverse::{Relation, relation},
    universe::{NameId, Need, PackageId, TagId},
};

/// Deeper nesting of changes is refused, as in discovery.
const MAX_DEPTH: usize = 4_000;

#[derive(Clone, Default)]
struct NamePlan {
    /// The installed package of this very name.
    installed: Option<PackageId>,
    /// The name of the installed package that gives this name a version.
    held_by: Option<NameId>,
    /// Installed packages (old or new) that need the name.
    users: u32,
    planned: bool,
    /// The installed package of this name goes; up to 2.14, the same as `planned`.
    removed: bool,
}

pub(super) struct Plan<'s, 'u> {
    solver: &'s mut Solver<'u>,
    names: Vec<NamePlan>,
    planned: Vec<bool>,
    changes: Vec<Change>,
    depth: usize,
}

impl Solver<'_> {
    /// The changes that lead from `installed` to what has been decided for `world`.
    pub(super) fn plan(
        &mut self,
        world: &[Need],
        installed: &[PackageId],
    ) -> Result<Vec<Change>, SolveError> {
        self.grow();
        let mut plan = Plan {
            names: vec![NamePlan::default(); self.names.len()],
            planned: vec![false; self.packages.len()],
            changes: Vec::new(),
            depth: 0,
            solver: self,
        };
        plan.note_installed(installed);
        for &package in installed {
            plan.remove_if_unused(package)?;
        }
        for need in world {
            plan.fulfil(None, need)?;
        }
        for &package in installed {
            let name = plan.solver.candidate(package).name;
            plan.change(name)?;
        }
        Ok(plan.changes)
    }
}

impl Plan<'_, '_> {
    fn note_installed(&mut self, installed: &[PackageId]) {
        for &package in installed {
            let candidate = self.solver.candidate(package);
            let own = &mut self.names[candidate.name.index()];
            (own.installed, own.held_by) = (Some(package), Some(candidate.name));
            for need in candidate.provides.iter().filter(|need| need.version.is_some()) {
                self.names[need.name.index()].held_by = Some(candidate.name);
            }
        }
        installed.iter().for_each(|&package| self.count_users(package));
    }

    fn count_users(&mut self, package: PackageId) {
        for need in self.solver.candidate(package).depends.clone().iter().filter(|need| !need.conflict) {
            if let Some(holder) = self.names[need.name.index()].held_by {
                self.names[holder.index()].users += 1;
            }
        }
    }

    /// `package` is going: whatever nobody else uses goes with it.
    fn release(&mut self, package: PackageId) -> Result<(), SolveError> {
        for need in self.solver.candidate(package).depends.clone().iter().filter(|need| !need.conflict) {
            let plan = &self.names[need.name.index()];
            let (Some(holder), installed) = (plan.held_by, plan.installed) else { continue };
            let users = &mut self.names[holder.index()].users;
            *users = users.saturating_sub(1);
            if *users == 0
                && let Some(unused) = installed
            {
                self.remove(unused)?;
            }
        }
        Ok(())
    }

    fn chosen(&self, name: NameId) -> Option<PackageId> {
        self.solver.name(name).decision.as_ref().and_then(Decision::package)
    }

    fn remove_if_unused(&mut self, package: PackageId) -> Result<(), SolveError> {
        let name = self.solver.candidate(package).name;
        match self.names[name.index()].users == 0 && self.chosen(name).is_none() {
            true => self.remove(package),
            false => Ok(()),
        }
    }

    fn enter(&mut self) -> Result<(), SolveError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(SolveError::TooDeep) } else { Ok(()) }
    }

    /// Brings about what `parent` (or the world) needs.
    fn fulfil(&mut self, parent: Option<PackageId>, need: &Need) -> Result<(), SolveError> {
        if need.conflict && self.solver.download_only {
            return Ok(());
        }
        let decision = self.solver.name(need.name).decision.clone();
        let met = decision.map_or(need.conflict, |decision| match (parent, &decision) {
            (Some(parent), decision) => self.solver.decision_satisfies(parent, need, decision),
            (None, Decision::Provided(offer)) => self.solver.satisfies(need, Some(offer)),
            (None, Decision::Absent) => need.conflict,
        });
        if !met && let Some(parent) = parent {
            self.solver.fail(parent);
        }
        self.change(need.name)?;
        let broken = self.chosen(need.name).is_some_and(|package| self.solver.package(package).failed);
        if broken && let Some(parent) = parent {
            self.solver.fail(parent);
        }
        Ok(())
    }

    /// Brings about what has been decided for a name.
    fn change(&mut self, name: NameId) -> Result<(), SolveError> {
        if self.names[name.index()].planned {
            return Ok(());
        }
        self.enter()?;
        self.drop_former_holders(name)?;
        if let Some(package) = self.chosen(name)
            && !std::mem::replace(&mut self.planned[package.index()], true)
        {
            self.install(package)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn install(&mut self, package: PackageId) -> Result<(), SolveError> {
        let candidate = self.solver.candidate(package);
        let (own, provides, depends) =
            (candidate.name, candidate.provides.clone(), candidate.depends.clone());
        self.drop_former_holders(own)?;
        for need in provides.iter() {
            self.drop_former_holders(need.name)?;
        }
        let old = self.names[own.index()].installed;
        if let Some(old) = old {
            self.for_completed(old, Plan::remove_if_rule_broke)?;
        }
        for need in depends.iter() {
            self.fulfil(Some(package), need)?;
        }
        self.record(old, Some(package));
        self.for_completed(package, Plan::install_if_rule_holds)?;
        self.count_users(package);
        match old {
            Some(old) => self.release(old),
            None => Ok(()),
        }
    }

    /// Removes who answered to a name so far, if a package of another name does now, and everyone
    /// who answers to it and is to go.
    fn drop_former_holders(&mut self, name: NameId) -> Result<(), SolveError> {
        if std::mem::replace(&mut self.names[name.index()].planned, true) {
            return Ok(());
        }
        let chosen_name = self.chosen(name).map(|package| self.solver.candidate(package).name);
        if let Some(installed) = self.names[name.index()].installed
            && chosen_name != Some(name)
        {
            self.remove(installed)?;
        }
        for offer in self.solver.offers(name) {
            let own = self.solver.candidate(offer.package).name;
            if self.names[own.index()].installed == Some(offer.package) && self.chosen(own).is_none() {
                self.remove(offer.package)?;
            }
        }
        Ok(())
    }

    fn remove(&mut self, package: PackageId) -> Result<(), SolveError> {
        let name = self.solver.candidate(package).name;
        let stays = self.chosen(name).is_some_and(|chosen| self.solver.candidate(chosen).name == name);
        if self.planned[package.index()] || stays {
            return Ok(());
        }
        self.enter()?;
        let plan = &mut self.names[name.index()];
        (plan.planned, plan.removed) = (plan.planned || !self.solver.third, true);
        self.planned[package.index()] = true;
        for dependent in self.installed_dependents(package) {
            self.remove(dependent)?;
        }
        self.for_completed(package, Plan::remove_if_rule_broke)?;
        self.record(Some(package), None);
        self.release(package)?;
        self.depth -= 1;
        Ok(())
    }

    /// Installed packages one of whose dependencies the package fulfils.
    fn installed_dependents(&self, package: PackageId) -> Vec<PackageId> {
        let candidate = self.solver.candidate(package);
        let names = std::iter::once(candidate.name).chain(candidate.provides.iter().map(|need| need.name));
        let mut dependents = Vec::new();
        for dependent_name in names.flat_map(|name| self.solver.needed_by.get(name)) {
            for offer in self.solver.offers(*dependent_name) {
                let dependent = self.solver.candidate(offer.package);
                let universe = &*self.solver.universe;
                let satisfied = |need: &Need| {
                    relation(universe, Some(offer.package), need, package) == Relation::Satisfied
                };
                if dependent.installed.is_some() && dependent.depends.iter().any(satisfied) {
                    dependents.push(offer.package);
                }
            }
        }
        dependents
    }

    /// Visits the names that a package's names complete.
    fn for_completed(
        &mut self,
        package: PackageId,
        visit: fn(&mut Self, NameId) -> Result<(), SolveError>,
    ) -> Result<(), SolveError> {
        let candidate = self.solver.candidate(package);
        let (own, provides) = (candidate.name, candidate.provides.clone());
        for name in std::iter::once(own).chain(provides.iter().map(|need| need.name)) {
            for &completed in self.solver.completes(name).iter() {
                self.names.resize(self.solver.names.len(), NamePlan::default());
                self.planned.resize(self.solver.packages.len(), false);
                visit(self, completed)?;
            }
        }
        Ok(())
    }

    fn install_if_rule_holds(&mut self, name: NameId) -> Result<(), SolveError> {
        let Some(package) = self.chosen(name) else { return Ok(()) };
        if !self.solver.name(name).seen || self.names[name.index()].planned {
            return Ok(());
        }
        let rule = self.solver.candidate(package).install_if.clone();
        let holds = rule.iter().all(|need| {
            let decision = self.solver.name(need.name).decision.as_ref();
            // Since 3.0, what is to stay away need not have been looked at.
            let looked_at = self.names[need.name.index()].planned || (need.conflict && self.solver.third);
            let met = |decision| self.solver.decision_satisfies(package, need, decision);
            looked_at && decision.map_or(need.conflict, met)
        });
        if holds { self.change(name) } else { Ok(()) }
    }

    fn remove_if_rule_broke(&mut self, name: NameId) -> Result<(), SolveError> {
        let plan = &self.names[name.index()];
        let Some(package) = plan.installed else { return Ok(()) };
        if plan.planned || plan.removed || self.chosen(name).is_some() {
            return Ok(());
        }
        let rule = self.solver.candidate(package).install_if.clone();
        let third = self.solver.third;
        let goes = |plan: &NamePlan| if third { plan.removed } else { plan.planned };
        let broke =
            rule.iter().any(|need| goes(&self.names[need.name.index()]) && self.chosen(need.name).is_none());
        if broke { self.remove_if_unused(package) } else { Ok(()) }
    }

    fn record(&mut self, old: Option<PackageId>, new: Option<PackageId>) {
        let old_tag = old.and_then(|old| self.solver.candidate(old).installed).unwrap_or_default();
        let new_tag = new.map_or(TagId::default(), |new| self.tag_of(new));
        let reinstall = new.is_some_and(|new| self.solver.package(new).flags.contains(Flags::REINSTALL));
        self.changes.push(Change { old, old_tag, new, new_tag, reinstall });
    }

    /// The first pin of a package that one of its repositories serves.
    fn tag_of(&self, package: PackageId) -> TagId {
        let sources = self.solver.sources(self.solver.candidate(package));
        let pins = self.solver.package(package).pins;
        let tags = self.solver.universe.tags().iter().enumerate();
        tags.map(|(i, tag)| (TagId(i as u8), tag))
            .find(|(id, tag)| pins.contains(*id) && tag.allowed.meets(sources))
            .map_or(TagId::default(), |(id, _)| id)
    }
}
