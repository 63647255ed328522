use super::{
    Flags, SolveError,
    state::{Pins, Solver},
};
use crate::{
    engine::Engine,
    reverse::{Extent, completed_by},
    universe::{NameId, Need, Offer, PackageId, Sources, Walk},
};

/// Chains of dependencies longer than this are refused. The longest of Alpine has about 100 links.
const MAX_DEPTH: usize = 4_000;

impl Solver<'_> {
    /// Looks at everything that a name can pull in: its candidates, their dependencies, and
    /// whatever is installed by itself along with them.
    pub(super) fn discover(&mut self, name: NameId, world: Flags, depth: usize) -> Result<(), SolveError> {
        if self.name(name).seen {
            return Ok(());
        }
        if depth > MAX_DEPTH {
            return Err(SolveError::TooDeep);
        }
        self.name_mut(name).seen = true;
        self.name_mut(name).not_completable = true;
        self.universe.complete(name);
        self.grow();
        let offers = self.offers(name);
        for offer in &offers {
            self.discover_package(offer.package, world, depth)?;
            let package = self.package(offer.package);
            let (not_completable, chain) = (package.not_completable, package.chain);
            let state = self.name_mut(name);
            state.not_completable &= not_completable;
            state.chain = state.chain.max(chain);
        }
        self.name_mut(name).rank = self.rank(name, &offers);
        self.discover_completed(&offers, world, depth)?;
        self.ranked += 1;
        self.name_mut(name).order = self.ranked;
        Ok(())
    }

    fn rank(&self, name: NameId, offers: &[Offer]) -> u8 {
        let foreign = offers.iter().filter(|offer| self.candidate(offer.package).name != name).count();
        match foreign {
            // Up to 2.14.4, ranks are given when the database is opened, which the rehearsal does in its own way.
            _ if self.universe.walk() == Walk::AsAdded && self.engine() <= Engine::V2_14_4 => 0,
            0 => 0,
            n if n == offers.len() => 2,
            _ => 1,
        }
    }

    fn discover_package(&mut self, id: PackageId, world: Flags, depth: usize) -> Result<(), SolveError> {
        if std::mem::replace(&mut self.package_mut(id).seen, true) {
            return Ok(());
        }
        self.first_look(id, world);
        for need in self.candidate(id).depends.clone().iter() {
            self.discover(need.name, world, depth + 1)?;
            let chain = self.name(need.name).chain + 1;
            let state = self.package_mut(id);
            state.chain = state.chain.max(chain);
        }
        Ok(())
    }

    /// What can be said of a package before any constraint is known.
    pub(super) fn first_look(&mut self, id: PackageId, world: Flags) {
        let available = self.universe.available;
        let candidate = self.candidate(id);
        let installed = candidate.installed.is_some();
        let takeable = candidate.sources.meets(available);
        let at_hand = candidate.from_file || candidate.sources.without(Sources::CACHE).meets(available);
        let pin_preferred = candidate.from_file
            || candidate.package.installed_size == 0
            || self.sources(candidate).meets(self.default_sources);
        let kept = candidate.cached_only || installed;
        let weightless = self.engine().ranks_by_turn() && candidate.package.installed_size == 0;
        let installable = candidate.installable;
        // Install-if packages that no repository has any more are let go with --available only.
        let not_completable =
            candidate.install_if.is_empty() || (world.contains(Flags::AVAILABLE) && !at_hand);
        let state = self.package_mut(id);
        state.pins = Pins::DEFAULT;
        state.available = at_hand;
        state.selectable = installable && (takeable || kept || weightless);
        state.not_completable = not_completable;
        state.pin_preferred = pin_preferred;
        state.pin_allowed = pin_preferred || kept;
    }

    fn discover_completed(&mut self, offers: &[Offer], world: Flags, depth: usize) -> Result<(), SolveError> {
        for offer in offers {
            let candidate = self.candidate(offer.package);
            let (own, provides) = (candidate.name, candidate.provides.clone());
            self.discover_completed_by(own, world, depth)?;
            for provided in provides.iter() {
                if !self.name(provided.name).seen {
                    self.discover_completed_by(provided.name, world, depth)?;
                }
            }
        }
        Ok(())
    }

    fn discover_completed_by(&mut self, name: NameId, world: Flags, depth: usize) -> Result<(), SolveError> {
        self.name_mut(name).at_hand = true;
        for completed in self.completable(name) {
            if !self.name(completed).seen && self.can_complete(completed) {
                self.discover(completed, world, depth + 1)?;
            }
        }
        Ok(())
    }

    /// The names that a name may complete now.
    fn completable(&mut self, name: NameId) -> Vec<NameId> {
        let names = &self.names;
        let met = |name: NameId| names.get(name.index()).is_some_and(|state| state.at_hand || state.seen);
        let completed = completed_by(self.universe, name, &Extent::Met(&met));
        self.grow();
        completed
    }

    /// Whether a package of the name waits for nothing that has not been met so far. apk looks at the others too, and
    /// at all that they would pull in, which is much of the repository and comes to nothing: what they wait for in
    /// vain will not be installed. Should it be met later, the package is met again then.
    fn can_complete(&mut self, name: NameId) -> bool {
        self.universe.complete(name);
        self.grow();
        let is_met = |need: &Need| need.conflict || self.name(need.name).at_hand || self.name(need.name).seen;
        let offers = self.universe.offers(name);
        let waits = |offer: &Offer| &self.candidate(offer.package).install_if;
        offers.iter().any(|offer| !waits(offer).is_empty() && waits(offer).iter().all(is_met))
    }
}
