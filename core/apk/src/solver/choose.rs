use std::cmp::Ordering;

use super::{
    Flags,
    constrain::Origin,
    state::{Decision, Pins, Solver},
};
use crate::universe::{NameId, Offer};

impl Solver<'_> {
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
        let can_be_had = state.selectable || !self.engine().completes_with_care();
        let completes = state.completed && state.pin_allowed && can_be_had;
        (self.name(name).demands > 0 || completes) && self.chooses_itself(offer)
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
        self.name_mut(name).decision = Some(decision.clone());
        self.strike(name);
        if self.third {
            self.hold_to_rule(name, &decision);
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

    /// Since 3.0, what was chosen for its install-if rule alone keeps the rule as it is.
    fn hold_to_rule(&mut self, name: NameId, decision: &Decision) {
        let Some(package) = decision.package() else { return };
        if self.name(name).demands > 0 || !self.package(package).completed {
            return;
        }
        for need in self.candidate(package).install_if.clone().iter() {
            if self.name(need.name).decision.is_none() {
                self.constrain(Origin::Package(package), need);
            }
        }
    }

    /// Which of two candidates is the better one (`Greater`: the first).
    fn prefer(&self, a: &Offer, b: &Offer) -> Ordering {
        let flags = self.package(a.package).flags.with(self.package(b.package).flags);
        let unpinned = |offer: &Offer| self.package(offer.package).pins == Pins::DEFAULT;
        if flags.contains(Flags::REMOVE) && !self.third {
            let stays = |offer: &Offer| !self.package(offer.package).flags.contains(Flags::REMOVE);
            let by_removal = stays(a).cmp(&stays(b));
            if by_removal != Ordering::Equal {
                return by_removal;
            }
        }
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
        let keeps = match self.third {
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
            (Some(a), Some(b)) => self.engine().compare_versions(a, b),
            _ => Ordering::Equal,
        };
        let by_own = || match left.name == right.name {
            true => self.engine().compare_versions(&left.package.version, &right.package.version),
            false => Ordering::Equal,
        };
        let selectable = |offer: &Offer| self.package(offer.package).selectable;
        let by_presence = left.installed.is_some().cmp(&right.installed.is_some());
        let by_priority = left.package.provider_priority.cmp(&right.package.provider_priority);
        let flags = self.package(a.package).flags.with(self.package(b.package).flags);
        let by_standing = match self.third {
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
