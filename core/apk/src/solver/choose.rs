use std::cmp::Ordering;

use super::{
    Flags,
    constrain::Origin,
    state::{Decision, Pins, Solver},
};
use crate::{
    universe::{NameId, Offer},
    version,
};

impl Solver<'_> {
    /// The name to decide next: one that leaves no choice, else by urgency, newest first.
    pub(super) fn next_open(&self) -> Option<NameId> {
        let mut best: Option<NameId> = None;
        for &name in self.open.iter().rev() {
            let state = self.name(name);
            let clear = state.dependents_decided && state.demands > 0 && !state.contested;
            if clear && self.can_be_chosen_for(name) {
                return Some(name);
            }
            if best.is_none_or(|best| self.urgency(name) < self.urgency(best)) {
                best = Some(name);
            }
        }
        best
    }

    /// Since 3.0, names that would choose nobody by themselves wait for the others.
    fn can_be_chosen_for(&self, name: NameId) -> bool {
        let chooses = |offer: &Offer| {
            let (state, candidate) = (self.package(offer.package), self.candidate(offer.package));
            let of_itself = offer.version.is_some() || candidate.package.provider_priority > 0;
            let demanded = self.name(candidate.name).demands > 0;
            state.selectable && (of_itself || demanded || state.completed)
        };
        !self.universe.engine().is_third() || self.universe.offers(name).iter().any(chooses)
    }

    fn urgency(&self, name: NameId) -> impl Ord + use<> {
        let state = self.name(name);
        let (marked, demanded) = (self.prioritised.contains(&name), state.demands > 0);
        (!self.can_be_chosen_for(name), !marked, state.rank, std::cmp::Reverse(state.chain), !demanded)
    }

    /// Decides a name: takes its best candidate, or leaves it out.
    pub(super) fn decide(&mut self, name: NameId) {
        let mut best: Option<Offer> = None;
        for offer in self.offers(name) {
            if self.may_be_chosen(name, &offer)
                && best.as_ref().is_none_or(|best| self.prefer(&offer, best) == Ordering::Greater)
            {
                best = Some(offer);
            }
        }
        match best {
            Some(offer) => self.select(offer.package),
            None => {
                self.assign(name, Decision::Absent);
                self.errors += u32::from(self.name(name).demands > 0);
            }
        }
    }

    fn may_be_chosen(&self, name: NameId, offer: &Offer) -> bool {
        let state = self.package(offer.package);
        if self.name(name).demands == 0 && (!state.completed || !state.pin_allowed) {
            return false;
        }
        // A virtual name does not choose among its providers unless they have a priority, or
        // something else asks for one of them.
        let candidate = self.candidate(offer.package);
        let demanded =
            |need: &crate::universe::Need| need.version.is_some() && self.name(need.name).demands > 0;
        offer.version.is_some()
            || self.name(candidate.name).demands > 0
            || candidate.package.provider_priority > 0
            || (self.universe.engine().asks_for_other_names() && candidate.provides.iter().any(demanded))
    }

    fn select(&mut self, id: crate::universe::PackageId) {
        let state = self.package(id);
        if !state.selectable || !state.pin_allowed {
            self.fail(id);
        }
        let candidate = self.candidate(id);
        let (own, provides, depends) =
            (candidate.name, candidate.provides.clone(), candidate.depends.clone());
        let version = candidate.package.version.clone();
        self.assign(own, Decision::Provided(Offer { package: id, version: Some(version) }));
        for need in provides.iter() {
            let version = need.version.as_ref().map(|(_, version)| version.clone());
            self.assign(need.name, Decision::Provided(Offer { package: id, version }));
        }
        for need in depends.iter() {
            self.constrain(Origin::Package(id), need);
        }
    }

    fn assign(&mut self, name: NameId, decision: Decision) {
        if let Some(earlier) = &self.name(name).decision {
            if self.download_only || (decision.is_unversioned() && earlier.is_unversioned()) {
                return;
            }
            let both = [decision.package(), earlier.package()];
            both.into_iter().flatten().for_each(|package| self.fail(package));
            return;
        }
        let state = self.name_mut(name);
        state.decision = Some(decision.clone());
        let (was_open, was_queued) = (std::mem::take(&mut state.open), std::mem::take(&mut state.queued));
        if was_open {
            self.open.retain(|&other| other != name);
        }
        if was_queued {
            self.queue.retain(|&other| other != name);
        }
        for offer in self.offers(name) {
            let same = Some(offer.package) == decision.package();
            let both_unversioned = decision.is_unversioned() && offer.version.is_none();
            if !same && !both_unversioned && !self.download_only {
                self.turn_away(offer.package);
            }
        }
        self.recheck_dependents(name);
        match decision.package() {
            Some(package) => self.recheck_completed_by_package(package),
            None => self.recheck_completed(name),
        }
    }

    /// Which of two candidates is the better one (`Greater`: the first).
    fn prefer(&self, a: &Offer, b: &Offer) -> Ordering {
        let flags = self.package(a.package).flags.with(self.package(b.package).flags);
        let unpinned = |offer: &Offer| self.package(offer.package).pins == Pins::DEFAULT;
        let by_state = match flags.contains(Flags::LATEST) && unpinned(a) && unpinned(b) {
            true => self.prefer_latest(flags, a, b),
            false => self.prefer_sound(flags, a, b),
        };
        by_state.then_with(|| self.prefer_version(a, b))
    }

    /// With `--latest`, pins and availability come before soundness.
    fn prefer_latest(&self, flags: Flags, a: &Offer, b: &Offer) -> Ordering {
        let (a, b) = (self.package(a.package), self.package(b.package));
        let by_availability = match () {
            () if flags.contains(Flags::AVAILABLE) => a.available.cmp(&b.available),
            () if flags.contains(Flags::REINSTALL) => a.selectable.cmp(&b.selectable),
            () => Ordering::Equal,
        };
        a.pin_allowed.cmp(&b.pin_allowed).then(by_availability)
    }

    fn prefer_sound(&self, flags: Flags, a: &Offer, b: &Offer) -> Ordering {
        let installed =
            self.candidate(a.package).installed.is_some().cmp(&self.candidate(b.package).installed.is_some());
        let upgrade = flags.contains(Flags::UPGRADE);
        let keeps = match self.universe.engine().is_third() {
            true => !upgrade && !flags.contains(Flags::REMOVE) && self.are_comparable(a, b),
            false => !upgrade,
        };
        let keep = (self.self_upgrade && !upgrade) || flags.contains(Flags::INSTALLED);
        let when = |condition: bool, order: Ordering| if condition { order } else { Ordering::Equal };
        let (a, b) = (self.package(a.package), self.package(b.package));
        a.selectable
            .cmp(&b.selectable)
            .then(a.in_group.cmp(&b.in_group))
            .then(b.conflicts.cmp(&a.conflicts))
            .then(b.flags.contains(Flags::REMOVE).cmp(&a.flags.contains(Flags::REMOVE)))
            .then(when(keep, installed))
            .then(a.pin_allowed.cmp(&b.pin_allowed))
            .then(when(flags.contains(Flags::AVAILABLE), a.available.cmp(&b.available)))
            .then(a.pin_preferred.cmp(&b.pin_preferred))
            .then(when(keeps, installed))
    }

    /// Whether one of two candidates is not just another provider of a virtual name.
    fn are_comparable(&self, a: &Offer, b: &Offer) -> bool {
        let same = self.candidate(a.package).name == self.candidate(b.package).name;
        same || a.version.is_some() || b.version.is_some()
    }

    fn prefer_version(&self, a: &Offer, b: &Offer) -> Ordering {
        let (left, right) = (self.candidate(a.package), self.candidate(b.package));
        let by_offered = match (&a.version, &b.version) {
            (Some(a), Some(b)) => version::compare(a, b),
            _ => Ordering::Equal,
        };
        let by_own = || match left.name == right.name {
            true => version::compare(&left.package.version, &right.package.version),
            false => Ordering::Equal,
        };
        let selectable = |offer: &Offer| self.package(offer.package).selectable;
        let by_presence = left.installed.is_some().cmp(&right.installed.is_some());
        let by_priority = left.package.provider_priority.cmp(&right.package.provider_priority);
        let flags = self.package(a.package).flags.with(self.package(b.package).flags);
        let by_standing = match self.universe.engine().is_third() {
            true if flags.contains(Flags::REMOVE) => by_priority,
            true => by_priority.then(by_presence),
            false => by_presence.then(by_priority),
        };
        by_offered
            .then_with(by_own)
            .then(by_standing)
            .then_with(|| selectable(a).cmp(&selectable(b)))
            .then_with(|| right.sources.first().cmp(&left.sources.first()))
    }
}
