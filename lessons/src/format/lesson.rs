use serde::{Deserialize, Serialize};

use super::{CheckEntry, Grading, Hint, Mutant, Solution, Start, Step, Ui};

/// A lesson as its `lesson.yaml` says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lesson {
    /// Version of the format; 1.
    pub format: u32,
    /// Its id: lower-case words joined by dashes.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The one thing that it makes visible.
    pub insight: String,
    /// How long it takes.
    pub minutes: u32,
    /// Ids of lessons that come before.
    #[serde(default)]
    pub requires: Vec<String>,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What it needs of the simulator.
    #[serde(default)]
    pub engine: EngineRange,
    /// The state in which it begins.
    #[serde(default)]
    pub start: Start,
    /// How the state that is checked comes to be.
    pub grade: Grading,
    /// What a page shows and allows.
    #[serde(default)]
    pub ui: Ui,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// Help, chosen by state.
    #[serde(default)]
    pub hints: Vec<Hint>,
    /// Ways to solve it; each reaches all points.
    pub solutions: Vec<Solution>,
    /// Solutions with a mistake; each fails the checks that it names.
    #[serde(default)]
    pub mutants: Vec<Mutant>,
}

/// Which simulators a lesson is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EngineRange {
    /// The oldest Glasshull that has what the lesson needs, such as `0.1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The first Glasshull that no longer does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<String>,
    /// The Docker that is simulated: `20.10` or `29`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub docker: api::DockerVersion,
}

impl Lesson {
    /// The checks of all steps, in order.
    pub fn checks(&self) -> impl Iterator<Item = &CheckEntry> {
        self.steps.iter().flat_map(|step| &step.checks)
    }

    /// The points that can be reached.
    pub fn points(&self) -> u32 {
        self.checks().map(|check| check.points).sum()
    }
}
