//! apk against recorded answers of apk-tools (`conformance/apk`).

mod expected;
mod machine;
mod most_added;
mod observed;
mod real_index;
mod solver;
mod state;
mod transcripts;
mod version;

use super::Suite;

/// The suites, one for each table and engine.
pub const SUITES: &[Suite] = &[
    version::v2_14,
    version::v3_0,
    solver::v2_14_4,
    solver::v2_14_9,
    solver::v3_0_6,
    transcripts::commands_2_14_0,
    transcripts::states_2_14_0,
    transcripts::commands_2_14_4,
    transcripts::states_2_14_4,
    transcripts::commands_2_14_9,
    transcripts::states_2_14_9,
    transcripts::commands_3_0_6,
    transcripts::states_3_0_6,
    real_index::v3_20,
    real_index::v3_22,
    most_added::v3_18,
    most_added::v3_20,
    most_added::v3_22,
    observed::run,
];
