use std::collections::BTreeSet;

use super::{
    Flags,
    constrain::Origin,
    state::{Decision, Pins, Solver},
};
use crate::universe::{NameId, Need, Offer, PackageId};

/// What the remaining candidates of a name have in common.
#[derive(Default)]
struct Group {
    members: Vec<PackageId>,
    /// Names that every member needs.
    needs: BTreeSet<NameId>,
    /// Names that every member answers to.
    answers: BTreeSet<NameId>,
    /// Of those, the ones that somebody answers to without a version.
    unversioned: BTreeSet<NameId>,
    forbidden_pins: usize,
}

impl Group {
    fn join(&mut self, solver: &Solver<'_>, offer: &Offer) {
        let candidate = solver.candidate(offer.package);
        let needs = candidate.depends.iter().filter(|need| !need.conflict).map(|need| need.name).collect();
        // The package's own name counts as unversioned when the name at hand got no version.
        let own = (candidate.name, offer.version.is_none());
        let others = candidate.provides.iter().map(|need| (need.name, need.version.is_none()));
        let mut answers = BTreeSet::new();
        for (name, unversioned) in std::iter::once(own).chain(others) {
            let common = self.members.is_empty() || self.answers.contains(&name);
            if answers.insert(name) && common && unversioned {
                self.unversioned.insert(name);
            }
        }
        match self.members.is_empty() {
            true => (self.needs, self.answers) = (needs, answers),
            false => {
                self.needs.retain(|name| needs.contains(name));
                self.answers.retain(|name| answers.contains(name));
            }
        }
        self.forbidden_pins += usize::from(!solver.package(offer.package).pin_allowed);
        self.members.push(offer.package);
    }
}

impl Solver<'_> {
    /// Looks at the candidates of a name again: drops those whose needs cannot be met any more,
    /// and passes down what all of the others have in common.
    pub(super) fn narrow(&mut self, name: NameId) {
        let recheck_depends = std::mem::take(&mut self.name_mut(name).recheck_depends);
        let recheck_install_if = std::mem::take(&mut self.name_mut(name).recheck_install_if);
        let offers = self.offers(name);
        let demanded = self.name(name).demands > 0;
        let (mut completed, mut not_completable, mut autonomous) = (false, true, false);
        let mut group = Group::default();
        for offer in &offers {
            let id = offer.package;
            if recheck_depends && self.package(id).selectable && !self.needs_can_be_met(id) {
                self.turn_away(id);
            }
            if !self.package(id).selectable {
                continue;
            }
            if recheck_install_if {
                self.recheck_install_if(id);
            }
            completed |= self.package(id).completed;
            not_completable &= self.package(id).not_completable;
            autonomous |= self.package(id).completed || (demanded && self.chooses_itself(offer));
            if demanded {
                group.join(self, offer);
            }
        }
        let state = self.name_mut(name);
        state.contested = group.members.len() > 1 || group.forbidden_pins > 0;
        state.completed = completed;
        state.not_completable = not_completable;
        let changed = std::mem::replace(&mut state.autonomous, autonomous) != autonomous;
        if !self.third {
            self.update_open(name);
        }
        self.pass_down(name, &offers, group);
        self.note_dependents(name);
        if self.third {
            self.enlist(name, changed);
        }
    }

    fn needs_can_be_met(&self, id: PackageId) -> bool {
        self.candidate(id).depends.iter().all(|need| self.can_be_met(id, need))
    }

    fn can_be_met(&self, id: PackageId, need: &Need) -> bool {
        if need.conflict && self.download_only {
            return true;
        }
        let state = self.name(need.name);
        if let Some(decision) = &state.decision {
            return self.decision_satisfies(id, need, decision);
        }
        let absence_will_do = state.demands == 0 && need.conflict;
        absence_will_do
            || self
                .universe
                .offers(need.name)
                .iter()
                .filter(|offer| self.package(offer.package).selectable)
                .any(|offer| self.is_spared(id, need, offer) || self.satisfies(need, Some(offer)))
    }

    fn recheck_install_if(&mut self, id: PackageId) {
        let rule = self.candidate(id).install_if.clone();
        let state = self.package(id);
        if !state.completed && !state.not_completable {
            let verdict = self.rule_holds(id, &rule);
            let state = self.package_mut(id);
            state.completed = verdict == Some(true);
            state.not_completable = verdict == Some(false);
        }
        if !self.package(id).completed {
            return;
        }
        for need in rule.iter() {
            let chosen = self.name(need.name).decision.as_ref().and_then(Decision::package);
            let nobody = Origin::World { flags: Flags::NONE, pins: Pins::NONE };
            self.inherit(id, chosen.map_or(nobody, Origin::Package));
        }
    }

    /// Whether an install-if rule holds; `None` while that is open.
    fn rule_holds(&mut self, id: PackageId, rule: &[Need]) -> Option<bool> {
        for need in rule {
            let Some(decision) = &self.name(need.name).decision else {
                if self.third && need.conflict {
                    self.name_mut(need.name).forbidden_by_rule = true;
                    self.enlist(need.name, false);
                }
                return None;
            };
            if !self.decision_satisfies(id, need, decision) {
                return Some(false);
            }
        }
        Some(true)
    }

    fn pass_down(&mut self, name: NameId, offers: &[Offer], mut group: Group) {
        let Some(&first) = group.members.first() else { return };
        for offer in offers {
            self.package_mut(offer.package).in_group = group.members.contains(&offer.package);
        }
        let single = group.members.len() == 1;
        for need in self.candidate(first).depends.clone().iter() {
            if !group.needs.remove(&need.name) {
                continue;
            }
            if single {
                self.constrain(Origin::Package(first), need);
            } else if self.name(need.name).demands == 0 {
                self.name_mut(need.name).demands = 1;
                self.demand_changed(need.name);
                for offer in self.offers(need.name) {
                    self.inherit(offer.package, Origin::Package(first));
                }
            }
        }
        let candidate = self.candidate(first);
        let (own, provides) = (candidate.name, candidate.provides.clone());
        for answer in std::iter::once(own).chain(provides.iter().map(|need| need.name)) {
            if group.answers.remove(&answer) {
                self.keep_providers_of_both(answer, name, group.unversioned.contains(&answer));
            }
        }
    }

    /// All candidates of `name` also answer to `answer`, so whoever answers to `answer` has to
    /// answer to `name` too: there can be one only.
    fn keep_providers_of_both(&mut self, answer: NameId, name: NameId, spare_unversioned: bool) {
        if answer == name || self.download_only {
            return;
        }
        for offer in self.offers(answer) {
            let candidate = self.candidate(offer.package);
            let spared = candidate.name == name
                || !self.package(offer.package).selectable
                || (spare_unversioned && offer.version.is_none())
                || candidate
                    .provides
                    .iter()
                    .any(|need| need.name == name || (spare_unversioned && need.version.is_none()));
            if !spared {
                self.turn_away(offer.package);
            }
        }
    }

    fn note_dependents(&mut self, name: NameId) {
        let undecided = |&dependent: &NameId| {
            let state = self.name(dependent);
            state.seen && state.decision.is_none()
        };
        let decided = !self.needed_by.get(name).iter().any(undecided);
        self.name_mut(name).dependents_decided = decided;
    }
}
