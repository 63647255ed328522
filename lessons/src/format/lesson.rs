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

impl EngineRange {
    /// Whether the simulator of this version is one of them; none when the range is not of dotted numbers.
    pub(super) fn has(&self, version: &str) -> Option<bool> {
        let this = numbers(version)?;
        let from = self.from.as_deref().map_or(Some(true), |from| Some(numbers(from)? <= this))?;
        let below = self.below.as_deref().map_or(Some(true), |below| Some(this < numbers(below)?))?;
        Some(from && below)
    }
}

/// `0.1.2` as numbers; a part that is missing is zero.
fn numbers(version: &str) -> Option<[u32; 3]> {
    let mut numbers = [0; 3];
    for (index, part) in version.split('.').enumerate() {
        *numbers.get_mut(index)? = part.parse().ok()?;
    }
    Some(numbers)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_of_versions() {
        let has = |from: Option<&str>, below: Option<&str>, version: &str| {
            let own = |text: &str| text.to_owned();
            EngineRange { from: from.map(own), below: below.map(own), ..EngineRange::default() }.has(version)
        };
        assert_eq!(has(None, None, "0.1.0"), Some(true));
        assert_eq!(has(Some("0.1"), Some("0.10"), "0.9.3"), Some(true));
        assert_eq!(has(Some("0.2"), None, "0.1.9"), Some(false));
        assert_eq!(has(None, Some("0.1.0"), "0.1.0"), Some(false));
        assert_eq!(has(Some("new"), None, "0.1.0"), None);
    }
}
