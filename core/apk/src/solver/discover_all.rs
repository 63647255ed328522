//! Discovery since 2.14.9: nothing is left out, and the way taken gives each name its rank.

use super::{Flags, state::Solver};
use crate::universe::{NameId, PackageId};

/// What is still to be looked at, the next one last.
#[derive(Clone, Copy)]
enum Step {
    Name(NameId),
    /// A name that a package provides, and whom it completes, if that is news.
    Provided(NameId),
    Package(PackageId),
    Rank(NameId),
}

/// Names that choose among packages of their own come before those that others provide.
const OWN: u32 = 1 << 30;
/// Names that the command line marks come before all others.
const MARKED: u32 = 1 << 31;

impl Solver<'_> {
    /// Looks at everything that hangs on a name, by whatever arrow.
    pub(super) fn discover_all(&mut self, name: NameId, world: Flags) {
        let mut steps = vec![Step::Name(name)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Name(name) => self.step_into(name, &mut steps),
                Step::Provided(name) if self.third || self.name(name).seen => {
                    self.step_into(name, &mut steps)
                }
                Step::Provided(name) => {
                    let completed = self.completes(name);
                    steps.extend(completed.iter().rev().copied().map(Step::Name));
                    self.step_into(name, &mut steps);
                }
                Step::Package(package) => self.step_into_package(package, world, &mut steps),
                Step::Rank(name) => self.rank_by_turn(name),
            }
        }
    }

    fn step_into(&mut self, name: NameId, steps: &mut Vec<Step>) {
        if std::mem::replace(&mut self.name_mut(name).seen, true) {
            return;
        }
        self.universe.complete(name);
        self.grow();
        let offers = self.offers(name);
        let mut next: Vec<Step> = offers.iter().map(|offer| Step::Package(offer.package)).collect();
        if self.third {
            next.extend(self.completes(name).iter().copied().map(Step::Name));
        }
        for offer in &offers {
            let candidate = self.candidate(offer.package);
            let (own, provides) = (candidate.name, candidate.provides.clone());
            next.extend(self.completes(own).iter().copied().map(Step::Name));
            next.extend(provides.iter().map(|need| Step::Provided(need.name)));
        }
        next.push(Step::Rank(name));
        for offer in offers.iter().filter(|_| self.third) {
            next.extend(self.candidate(offer.package).install_if.iter().map(|need| Step::Name(need.name)));
        }
        steps.extend(next.into_iter().rev());
    }

    fn step_into_package(&mut self, id: PackageId, world: Flags, steps: &mut Vec<Step>) {
        if std::mem::replace(&mut self.package_mut(id).seen, true) {
            return;
        }
        self.first_look(id, world);
        steps.extend(self.candidate(id).depends.iter().rev().map(|need| Step::Name(need.name)));
    }

    fn rank_by_turn(&mut self, name: NameId) {
        self.ranked += 1;
        let offers = self.offers(name);
        let own = offers.iter().any(|offer| self.candidate(offer.package).name == name);
        let marked = self.prioritised.contains(&name);
        let not_completable = offers.iter().all(|offer| self.package(offer.package).not_completable);
        let groups = if own { OWN } else { 0 } | if marked { MARKED } else { 0 };
        let order = self.ranked | if self.third { groups } else { 0 };
        let state = self.name_mut(name);
        (state.order, state.not_completable) = (order, not_completable);
    }
}
