//! Decides which packages a world needs, exactly as apk-tools 2.14 does.
//!
//! The decision is deductive, without backtracking. Everything that can matter is looked at first
//! (`discover`). Constraints then turn candidates away, and what all remaining candidates of a name
//! have in common is passed down (`narrow`); when nothing follows any more, the most urgent open
//! name is decided (`choose`) and the consequences are drawn again. Last, the decisions become an
//! ordered list of changes (`plan`).

mod agenda;
mod choose;
mod constrain;
mod discover;
mod discover_all;
mod narrow;
mod plan;
mod report;
mod state;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use thiserror::Error;

pub use self::report::report;
pub(crate) use self::state::need_accepts;
use self::{
    constrain::Origin,
    state::{Pins, Solver},
};
use crate::{
    package::display_order,
    reverse::NeededBy,
    universe::{NameId, Need, PackageId, TagId, Universe},
};

/// What is preferred when a package is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u8);

impl Flags {
    /// Nothing special.
    pub const NONE: Flags = Flags(0);
    /// A newer version to the installed one.
    pub const UPGRADE: Flags = Flags(1);
    /// What a repository still has to what it has not.
    pub const AVAILABLE: Flags = Flags(2);
    /// Installs again even what stays the same.
    pub const REINSTALL: Flags = Flags(4);
    /// The newest version, even if it cannot be had.
    pub const LATEST: Flags = Flags(8);
    /// The installed version.
    pub const INSTALLED: Flags = Flags(16);

    /// Anything else, if there is something else.
    pub const REMOVE: Flags = Flags(32);

    /// Both together.
    pub fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// Without those of `other`.
    pub fn without(self, other: Flags) -> Flags {
        Flags(self.0 & !other.0)
    }

    /// Whether all of `other` are set.
    pub fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Flags for every package that answers to a name.
#[derive(Clone, Copy, Debug, Default)]
pub struct NameFlags {
    /// For the package itself.
    pub own: Flags,
    /// For what it pulls in.
    pub inherited: Flags,
}

/// A question to the solver.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What is wanted.
    pub world: Vec<Need>,
    /// What is there, in the order of the database.
    pub installed: Vec<PackageId>,
    /// For everything that the world names.
    pub flags: Flags,
    /// For single names, in the order in which they were given.
    pub name_flags: Vec<(NameId, NameFlags)>,
    /// Names that are decided first.
    pub prioritised: BTreeSet<NameId>,
    /// Only apk itself is to be upgraded.
    pub self_upgrade: bool,
    /// Drop entries of the world that cannot be had.
    pub force_broken_world: bool,
    /// Packages are only to be downloaded: they may conflict, and virtual names choose freely.
    pub download_only: bool,
}

/// One step from the old state to the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The package that goes.
    pub old: Option<PackageId>,
    /// Its pin.
    pub old_tag: TagId,
    /// The package that comes; the same as `old` when it stays.
    pub new: Option<PackageId>,
    /// Its pin.
    pub new_tag: TagId,
    /// Install it even if it stays the same.
    pub reinstall: bool,
}

impl Change {
    /// Whether anything happens at all.
    pub fn is_effective(&self) -> bool {
        self.old != self.new || self.reinstall || self.old_tag != self.new_tag
    }
}

/// The solver's answer.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The world in the order in which it is written.
    pub world: Vec<Need>,
    /// All packages of the new state and all that go, in order.
    pub changes: Vec<Change>,
    /// How many constraints could not be met; zero means success.
    pub errors: u32,
}

/// Why there is no answer at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SolveError {
    /// A limit of this implementation.
    #[error("dependencies are nested too deeply")]
    TooDeep,
}

/// Answers a question.
pub fn solve(universe: &mut Universe, mut request: Request) -> Result<Solution, SolveError> {
    request.world.sort_by(|a, b| display_order(universe.text(a.name), universe.text(b.name)));
    let mut broken = vec![false; request.world.len()];
    loop {
        let world =
            || request.world.iter().zip(&broken).filter(|(_, broken)| !**broken).map(|(need, _)| need);
        let kept: Vec<Need> = world().cloned().collect();
        let mut solver = Solver::start(universe, &request);
        solver.discover_world(&kept, request.flags)?;
        solver.apply_world(&kept, request.flags);
        solver.decide_everything();
        let changes = solver.plan(&request.world, &request.installed)?;
        if solver.errors > 0 && request.force_broken_world {
            let before = broken.clone();
            for (need, broken) in request.world.iter().zip(&mut broken) {
                *broken |= solver.has_failed(need.name);
            }
            // What cannot be helped by dropping entries stays an error.
            if broken != before {
                request.name_flags.clear();
                continue;
            }
        }
        let errors = solver.errors;
        return Ok(Solution { world: request.world, changes, errors });
    }
}

impl<'u> Solver<'u> {
    fn start(universe: &'u mut Universe, request: &'u Request) -> Self {
        let default_sources = universe.tags()[0].allowed;
        let third = universe.engine().is_third();
        let mut solver = Solver {
            universe,
            names: Vec::new(),
            packages: Vec::new(),
            needed_by: NeededBy::default(),
            queue: VecDeque::new(),
            open: Vec::new(),
            agenda: agenda::Agenda::default(),
            third,
            by_turn: false,
            ranked: 0,
            errors: 0,
            self_upgrade: request.self_upgrade,
            download_only: request.download_only,
            default_sources,
            prioritised: &request.prioritised,
        };
        solver.flag_names(&request.name_flags);
        solver
    }

    fn flag_names(&mut self, flags: &[(NameId, NameFlags)]) {
        let mut seen: BTreeMap<NameId, ()> = BTreeMap::new();
        for (name, _) in flags {
            if seen.insert(*name, ()).is_none() {
                self.universe.complete(*name);
            }
        }
        self.grow();
        for (name, flags) in flags {
            for offer in self.offers(*name) {
                let state = self.package_mut(offer.package);
                state.flags = state.flags.with(flags.own);
                state.inherited_flags = state.inherited_flags.with(flags.inherited);
            }
        }
    }

    fn discover_world(&mut self, world: &[Need], flags: Flags) -> Result<(), SolveError> {
        self.grow();
        self.by_turn = self.third || (self.engine().ranks_by_turn() && self.universe.is_small());
        for need in world {
            match self.by_turn {
                true => self.discover_all(need.name, flags),
                false => self.discover(need.name, flags, 0)?,
            }
        }
        self.grow();
        self.needed_by = NeededBy::of(self.universe);
        Ok(())
    }

    fn apply_world(&mut self, world: &[Need], flags: Flags) {
        for need in world {
            self.constrain(Origin::World { flags, pins: Pins::of(need.tag) }, need);
        }
    }

    fn decide_everything(&mut self) {
        loop {
            while let Some(name) = self.queue.pop_front() {
                self.name_mut(name).queued = false;
                self.narrow(name);
            }
            match self.next_open() {
                Some(name) => self.decide(name),
                None => return,
            }
        }
    }

    fn has_failed(&self, name: NameId) -> bool {
        let chosen = self.name(name).decision.as_ref().and_then(state::Decision::package);
        chosen.is_none_or(|package| self.package(package).failed)
    }
}
