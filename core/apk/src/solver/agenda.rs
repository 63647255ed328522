//! The order in which names are decided.
//!
//! In 2.14, the most urgent open name is looked for anew each time. Since 3.0 names stand in three lists: those
//! that leave no choice, first come first served; then those that can be chosen of themselves; then the others. The
//! latter two are in the order in which names were discovered, the last first.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, VecDeque},
};

use super::state::Solver;
use crate::{
    engine::Engine,
    universe::{NameId, Offer},
};

/// Where a name waits for its decision, since 3.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// It leaves no choice.
    Clear,
    /// By whether it has to wait for others, then by rank, the highest first.
    Ranked(bool, Reverse<u32>),
}

/// The lists of 3.0.
#[derive(Default)]
pub(super) struct Agenda {
    clear: VecDeque<NameId>,
    ranked: BTreeMap<Place, NameId>,
}

impl Agenda {
    fn add(&mut self, name: NameId, place: Place) {
        match place {
            Place::Clear => self.clear.push_back(name),
            ranked => {
                self.ranked.insert(ranked, name);
            }
        }
    }

    fn remove(&mut self, name: NameId, place: Place) {
        match place {
            Place::Clear => self.clear.retain(|&other| other != name),
            ranked => {
                self.ranked.remove(&ranked);
            }
        }
    }

    fn next(&mut self) -> Option<NameId> {
        self.clear.pop_front().or_else(|| self.ranked.pop_first().map(|(_, name)| name))
    }
}

impl Solver<'_> {
    /// The name to decide next.
    pub(super) fn next_open(&mut self) -> Option<NameId> {
        match self.third {
            false => self.most_urgent(),
            true => {
                let next = self.agenda.next()?;
                self.name_mut(next).place = None;
                Some(next)
            }
        }
    }

    /// Puts a name among those to decide, or takes it out.
    pub(super) fn update_open(&mut self, name: NameId) {
        if self.third {
            return self.enlist(name, false);
        }
        let state = self.name_mut(name);
        let wanted = state.demands > 0 || state.completed;
        if state.decision.is_some() || state.open == wanted {
            return;
        }
        state.open = wanted;
        match wanted {
            true => self.open.push(name),
            false => self.open.retain(|&other| other != name),
        }
    }

    /// Since 3.0: gives a name its place. One that has a place keeps it unless it has become clear, or `anew`.
    pub(super) fn enlist(&mut self, name: NameId, anew: bool) {
        let state = self.name(name);
        let clear = state.dependents_decided && state.demands > 0 && state.autonomous && !state.contested;
        let idle = state.demands == 0 && !state.completed && !state.forbidden_by_rule;
        let place = match clear {
            true => Place::Clear,
            false => Place::Ranked(!state.autonomous, Reverse(state.order)),
        };
        match state.place {
            _ if state.decision.is_some() => return,
            Some(Place::Clear) => return,
            Some(_) if !clear && !anew => return,
            Some(former) => self.agenda.remove(name, former),
            None if idle => return,
            None => {}
        }
        self.name_mut(name).place = Some(place);
        self.agenda.add(name, place);
    }

    /// A name has been decided: it waits no more.
    pub(super) fn strike(&mut self, name: NameId) {
        if let Some(place) = self.name_mut(name).place.take() {
            self.agenda.remove(name, place);
        }
        if std::mem::take(&mut self.name_mut(name).open) {
            self.open.retain(|&other| other != name);
        }
        if std::mem::take(&mut self.name_mut(name).queued) {
            self.queue.retain(|&other| other != name);
        }
    }

    /// Whether a package may be chosen by the name it is offered under: a virtual name does not choose among its
    /// providers unless they have a priority, or something else asks for one of them.
    pub(super) fn chooses_itself(&self, offer: &Offer) -> bool {
        let candidate = self.candidate(offer.package);
        offer.version.is_some()
            || candidate.package.provider_priority > 0
            || self.name(candidate.name).demands > 0
    }

    /// The name that leaves no choice, else the most urgent one, newest first.
    fn most_urgent(&self) -> Option<NameId> {
        let mut best: Option<NameId> = None;
        for &name in self.open.iter().rev() {
            let state = self.name(name);
            let clear = state.dependents_decided && state.demands > 0 && !state.contested;
            if clear && (state.autonomous || !self.engine().ranks_by_turn()) {
                return Some(name);
            }
            if best.is_none_or(|best| self.urgency(name) < self.urgency(best)) {
                best = Some(name);
            }
        }
        best
    }

    /// The smallest comes first.
    fn urgency(&self, name: NameId) -> [u32; 4] {
        let state = self.name(name);
        let (unmarked, idle) = (u32::from(!self.prioritised.contains(&name)), u32::from(state.demands == 0));
        let (rank, chain) = (u32::from(state.rank), !state.chain);
        match self.engine() {
            Engine::V2_14_0 | Engine::V2_14_4 => [unmarked, rank, chain, idle],
            Engine::V2_14_6 => [idle, unmarked, rank, chain],
            Engine::V2_14_9 | Engine::V3_0_6 => [u32::from(!state.autonomous), unmarked, !state.order, 0],
        }
    }
}
