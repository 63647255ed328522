use std::rc::Rc;

use super::{
    Flags,
    state::{Pins, Solver},
};
use crate::{
    reverse::{Extent, completed_by},
    universe::{NameId, Need, PackageId},
};

/// Where a constraint comes from.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    World { flags: Flags, pins: Pins },
    Package(PackageId),
}

impl Solver<'_> {
    /// Adds a constraint: demands the name (unless it is a conflict) and turns away the candidates
    /// that do not fit.
    pub(super) fn constrain(&mut self, origin: Origin, need: &Need) {
        let name = need.name;
        if need.conflict && self.download_only {
            return;
        }
        if !need.conflict {
            self.name_mut(name).demands += 1;
            if self.name(name).demands == 1 {
                self.demand_changed(name);
            }
        }
        for offer in self.offers(name) {
            let spared =
                |owner| matches!(owner, Origin::Package(owner) if self.is_spared(owner, need, &offer));
            let fits = spared(origin) || self.satisfies(need, Some(&offer));
            let package = self.package_mut(offer.package);
            package.conflicts += u32::from(!fits);
            if package.selectable && package.conflicts > 0 {
                self.turn_away(offer.package);
            }
            if fits {
                self.inherit(offer.package, origin);
            }
        }
    }

    /// A package takes flags and pins over from what asks for it.
    pub(super) fn inherit(&mut self, id: PackageId, origin: Origin) {
        let sources = self.sources(self.candidate(id));
        match origin {
            Origin::Package(parent) => {
                let parent = self.package(parent);
                let (flags, pins) = (parent.inherited_flags, parent.pins);
                self.package_mut(id).take_over(flags, pins);
            }
            Origin::World { flags, pins } => {
                let preferred = sources.meets(self.allowed_by(pins));
                self.package_mut(id).take_over(flags, pins);
                self.package_mut(id).pin_preferred = preferred;
            }
        }
        let allowed = sources.meets(self.allowed_by(self.package(id).pins));
        self.package_mut(id).pin_allowed |= allowed;
    }

    /// A candidate is out. Whoever depends on its names, or is completed by them, has to look again.
    pub(super) fn turn_away(&mut self, id: PackageId) {
        self.package_mut(id).selectable = false;
        let candidate = self.candidate(id);
        let (own, provides) = (candidate.name, candidate.provides.clone());
        self.recheck_dependents(own);
        provides.iter().for_each(|need| self.recheck_dependents(need.name));
        self.recheck_completed_by_package(id);
    }

    pub(super) fn recheck_dependents(&mut self, name: NameId) {
        for dependent in self.needed_by.get(name).to_vec() {
            if self.name(dependent).seen {
                self.name_mut(dependent).recheck_depends = true;
                self.enqueue(dependent);
            }
        }
    }

    pub(super) fn recheck_completed(&mut self, name: NameId) {
        for &completed in self.completes(name).iter() {
            let state = self.name_mut(completed);
            if state.seen && !state.not_completable {
                state.recheck_install_if = true;
                self.enqueue(completed);
            }
        }
    }

    pub(super) fn recheck_completed_by_package(&mut self, id: PackageId) {
        let candidate = self.candidate(id);
        let (own, provides) = (candidate.name, candidate.provides.clone());
        self.recheck_completed(own);
        provides.iter().for_each(|need| self.recheck_completed(need.name));
    }

    /// A name is demanded for the first time.
    pub(super) fn demand_changed(&mut self, name: NameId) {
        self.update_open(name);
        self.recheck_completed(name);
        self.enqueue(name);
    }

    pub(super) fn enqueue(&mut self, name: NameId) {
        let state = self.name_mut(name);
        let wanted = state.demands > 0 || state.recheck_install_if;
        if !state.queued && state.decision.is_none() && wanted {
            state.queued = true;
            self.queue.push_back(name);
        }
    }

    /// The names that `name` completes, asked for once: all of them where all are looked at, else those that were.
    pub(super) fn completes(&mut self, name: NameId) -> Rc<[NameId]> {
        if let Some(list) = &self.name(name).completes {
            return list.clone();
        }
        let extent = if self.by_turn { Extent::All } else { Extent::Known };
        let list: Rc<[NameId]> = completed_by(self.universe, name, &extent).into();
        self.grow();
        self.name_mut(name).completes = Some(list.clone());
        list
    }
}
