//! The versions of apk-tools that can be had, and in what they differ.

/// A version of apk-tools. Alpine 3.18 and 3.19 came with 2.14.0 (late 3.19 with 2.14.4), 3.20 with
/// 2.14.4, 3.21 with 2.14.6, 3.22 with 2.14.9, later ones with 3.0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// 2.14.0
    V2_14_0,
    /// 2.14.4
    #[default]
    V2_14_4,
    /// 2.14.6
    V2_14_6,
    /// 2.14.9
    V2_14_9,
    /// 3.0.6
    V3_0_6,
}

impl Engine {
    /// All of them, the oldest first.
    pub const ALL: [Engine; 5] =
        [Engine::V2_14_0, Engine::V2_14_4, Engine::V2_14_6, Engine::V2_14_9, Engine::V3_0_6];

    /// Its version, as `apk --version` prints it.
    pub fn version(self) -> &'static str {
        match self {
            Engine::V2_14_0 => "2.14.0",
            Engine::V2_14_4 => "2.14.4",
            Engine::V2_14_6 => "2.14.6",
            Engine::V2_14_9 => "2.14.9",
            Engine::V3_0_6 => "3.0.6",
        }
    }

    /// The engine that behaves like a version (such as `2.14.4-r0`): the newest that is not newer.
    pub fn like(version: &str) -> Engine {
        let older = |engine: &Engine| crate::version::compare(engine.version(), version).is_le();
        Engine::ALL.into_iter().rev().find(older).unwrap_or(Engine::V2_14_0)
    }

    /// Whether a simulated run counts what it would have done in its last line.
    pub(crate) fn counts_simulated(self) -> bool {
        self >= Engine::V2_14_6
    }

    /// Whether the solver hears of what is to be removed.
    pub(crate) fn hints_removal(self) -> bool {
        self >= Engine::V2_14_6
    }

    /// Whether an install-if rule that holds is no reason to take a package that cannot be had.
    pub(crate) fn completes_with_care(self) -> bool {
        self >= Engine::V2_14_6
    }

    /// Whether the solver ranks names by the turn in which it met them, does not hurry where it would choose nobody,
    /// and looks again at all names of a package whose dependency has lost a candidate.
    pub(crate) fn ranks_by_turn(self) -> bool {
        self >= Engine::V2_14_9
    }

    /// Whether `update` leaves an index alone that was fetched in the same second; before, it
    /// fetched in any case.
    pub(crate) fn updates_by_age(self) -> bool {
        self >= Engine::V2_14_9
    }

    /// Seconds for which an index stays fresh with `-U`.
    pub(crate) fn update_cache_age(self) -> i64 {
        if self.updates_by_age() { 0 } else { 60 }
    }

    /// What stands above the upgrade of apk itself.
    pub(crate) fn self_upgrade_heading(self) -> &'static str {
        match self.is_third() {
            true => "Preupgrading:",
            false => "Upgrading critical system libraries and apk-tools:",
        }
    }

    /// Whether it is of the third line: sizes in the unit that suits them, scripts' output indented,
    /// addresses of indexes in full, nothing said of fetching.
    pub(crate) fn is_third(self) -> bool {
        self >= Engine::V3_0_6
    }

    /// Whether `scripts.tar` has the time of the packages rather than of the moment.
    pub(crate) fn dates_scripts_by_package(self) -> bool {
        self > Engine::V2_14_0
    }
}
