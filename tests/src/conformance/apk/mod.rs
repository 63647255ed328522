//! apk against recorded answers of apk-tools (`conformance/apk`).

mod machine;
mod most_added;
mod real_index;
mod solver;
mod transcripts;
mod version;

use super::Suite;

/// The suites, one for each table and engine.
pub const SUITES: &[Suite] = &[
    version::v2_14,
    solver::v2_14_4,
    solver::v2_14_9,
    solver::v3_0_6,
    transcripts::v2_14_0,
    transcripts::v2_14_4,
    transcripts::v2_14_9,
    transcripts::v3_0_6,
    real_index::v3_20,
    real_index::v3_22,
    most_added::v3_20,
];
