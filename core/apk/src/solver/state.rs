use std::{
    collections::{BTreeSet, VecDeque},
    rc::Rc,
};

use super::{
    Flags,
    agenda::{Agenda, Place},
};
use crate::{
    engine::Engine,
    reverse::NeededBy,
    universe::{Candidate, NameId, Need, Offer, PackageId, Sources, TagId, Universe},
};

/// A set of pins, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pins(u32);

impl Pins {
    pub(super) const NONE: Pins = Pins(0);
    pub(super) const DEFAULT: Pins = Pins(1);

    pub(super) fn of(tag: TagId) -> Pins {
        Pins(1u32.checked_shl(tag.0.into()).unwrap_or(0))
    }

    pub(super) fn with(self, other: Pins) -> Pins {
        Pins(self.0 | other.0)
    }

    pub(super) fn contains(self, tag: TagId) -> bool {
        self.0 & Pins::of(tag).0 != 0
    }
}

/// What has been decided about a name.
#[derive(Clone, Debug)]
pub(super) enum Decision {
    Absent,
    Provided(Offer),
}

impl Decision {
    pub(super) fn package(&self) -> Option<PackageId> {
        match self {
            Decision::Absent => None,
            Decision::Provided(offer) => Some(offer.package),
        }
    }

    /// Whether it gives the name no version (absence gives none either).
    pub(super) fn is_unversioned(&self) -> bool {
        match self {
            Decision::Absent => true,
            Decision::Provided(offer) => offer.version.is_none(),
        }
    }
}

/// What is known about a name.
#[derive(Clone, Debug, Default)]
pub(super) struct NameState {
    pub(super) seen: bool,
    /// Something looked at has or provides it.
    pub(super) at_hand: bool,
    pub(super) decision: Option<Decision>,
    /// How many selected or certain packages, or world entries, ask for it.
    pub(super) demands: u32,
    /// Length of the longest chain of dependencies that hangs on it.
    pub(super) chain: u32,
    /// Its candidates' dependencies, or install-if rules, have to be looked at again.
    pub(super) recheck_depends: bool,
    pub(super) recheck_install_if: bool,
    /// Some candidate's install-if rule holds; no candidate's rule can hold any more.
    pub(super) completed: bool,
    pub(super) not_completable: bool,
    /// More than one candidate is left, or one that its pin forbids.
    pub(super) contested: bool,
    /// Everyone who needs it has been decided.
    pub(super) dependents_decided: bool,
    pub(super) queued: bool,
    pub(super) open: bool,
    /// Some candidate may be chosen by this name alone.
    pub(super) autonomous: bool,
    /// Since 3.0: an install-if rule waits for its absence.
    pub(super) forbidden_by_rule: bool,
    /// Since 2.14.9: its rank among the names to decide, the highest first.
    pub(super) order: u32,
    /// Since 3.0: where it waits for its decision.
    pub(super) place: Option<Place>,
    /// The names it completes.
    pub(super) completes: Option<Rc<[NameId]>>,
    /// 0: only packages of this name; 1: others provide it too; 2: only others do.
    pub(super) rank: u8,
}

/// What is known about a package.
#[derive(Clone, Debug, Default)]
pub(super) struct PackageState {
    pub(super) seen: bool,
    pub(super) available: bool,
    pub(super) selectable: bool,
    pub(super) pin_allowed: bool,
    pub(super) pin_preferred: bool,
    pub(super) pins: Pins,
    pub(super) flags: Flags,
    pub(super) inherited_flags: Flags,
    /// How many constraints speak against it.
    pub(super) conflicts: u32,
    pub(super) chain: u32,
    /// It was among the candidates whose common dependencies were last passed on.
    pub(super) in_group: bool,
    pub(super) completed: bool,
    pub(super) not_completable: bool,
    pub(super) failed: bool,
}

impl PackageState {
    pub(super) fn take_over(&mut self, flags: Flags, pins: Pins) {
        self.flags = self.flags.with(flags);
        self.inherited_flags = self.inherited_flags.with(flags);
        self.pins = self.pins.with(pins);
    }
}

/// The state of one run of the solver.
pub(super) struct Solver<'u> {
    pub(super) universe: &'u mut Universe,
    pub(super) names: Vec<NameState>,
    pub(super) packages: Vec<PackageState>,
    pub(super) needed_by: NeededBy,
    /// Names whose candidates have to be looked at again, first come first served.
    pub(super) queue: VecDeque<NameId>,
    /// Names to decide, the newest last; since 3.0, `agenda` has them.
    pub(super) open: Vec<NameId>,
    pub(super) agenda: Agenda,
    /// apk 3.
    pub(super) third: bool,
    /// Everything is looked at, whether or not it can come to anything.
    pub(super) by_turn: bool,
    /// How many names have been given a rank.
    pub(super) ranked: u32,
    pub(super) errors: u32,
    pub(super) self_upgrade: bool,
    pub(super) download_only: bool,
    pub(super) default_sources: Sources,
    pub(super) prioritised: &'u BTreeSet<NameId>,
}

impl Solver<'_> {
    pub(super) fn engine(&self) -> Engine {
        self.universe.engine()
    }

    pub(super) fn name(&self, id: NameId) -> &NameState {
        &self.names[id.index()]
    }

    pub(super) fn name_mut(&mut self, id: NameId) -> &mut NameState {
        &mut self.names[id.index()]
    }

    pub(super) fn package(&self, id: PackageId) -> &PackageState {
        &self.packages[id.index()]
    }

    pub(super) fn package_mut(&mut self, id: PackageId) -> &mut PackageState {
        &mut self.packages[id.index()]
    }

    pub(super) fn candidate(&self, id: PackageId) -> &Candidate {
        self.universe.candidate(id)
    }

    pub(super) fn offers(&self, name: NameId) -> Vec<Offer> {
        self.universe.offers(name).to_vec()
    }

    /// Makes room for names and packages that the universe has met since.
    pub(super) fn grow(&mut self) {
        self.names.resize_with(self.universe.name_count(), NameState::default);
        self.packages.resize_with(self.universe.package_count(), PackageState::default);
    }

    /// The repositories a package may be thought to come from: those that have it, and those of
    /// the pin it is installed with.
    pub(super) fn sources(&self, candidate: &Candidate) -> Sources {
        let by_tag = |tag: TagId| self.universe.tags()[usize::from(tag.0)].allowed;
        candidate.sources.with(candidate.installed.map_or(Sources::default(), by_tag))
    }

    /// The repositories that serve any of the pins.
    pub(super) fn allowed_by(&self, pins: Pins) -> Sources {
        let tags = self.universe.tags().iter().enumerate();
        tags.filter(|(i, _)| pins.contains(TagId(*i as u8)))
            .fold(Sources::default(), |all, (_, tag)| all.with(tag.allowed))
    }

    /// Whether an offer (or the lack of one) does what a dependency asks.
    pub(super) fn satisfies(&self, need: &Need, offer: Option<&Offer>) -> bool {
        offer.map_or(need.conflict, |offer| need_accepts(self.universe, need, offer))
    }

    /// Whether a decision does what a dependency of a package asks.
    pub(super) fn decision_satisfies(&self, owner: PackageId, need: &Need, decision: &Decision) -> bool {
        match decision {
            Decision::Absent => need.conflict,
            Decision::Provided(offer) => {
                self.is_spared(owner, need, offer) || self.satisfies(need, Some(offer))
            }
        }
    }

    /// Since 3.0, a package may forbid a name that it provides itself.
    pub(super) fn is_spared(&self, owner: PackageId, need: &Need, offer: &Offer) -> bool {
        self.third && need.conflict && offer.package == owner
    }

    /// Counts a package as the cause of failure, once.
    pub(super) fn fail(&mut self, package: PackageId) {
        if !std::mem::replace(&mut self.package_mut(package).failed, true) {
            self.errors += 1;
        }
    }
}

/// Whether an offer does what a dependency asks.
pub(crate) fn need_accepts(universe: &Universe, need: &Need, offer: &Offer) -> bool {
    match &need.version {
        None => !need.conflict,
        // A checksum either fits or not: apk does not turn the answer round for `!`.
        Some((operator, checksum)) if operator.is_checksum() => {
            universe.candidate(offer.package).package.checksum.to_string() == **checksum
        }
        Some((operator, operand)) => {
            // What has no version fits every one since 3.0, before it fitted none.
            let accepted = match offer.version.as_deref() {
                Some(version) => operator.accepts(universe.engine(), version, operand),
                None => universe.engine().is_third(),
            };
            accepted != need.conflict
        }
    }
}
