//! Fixtures, differential runs against real tools, properties and tidy checks.

pub mod conformance;
pub mod differential;
pub mod dockerd;
pub mod fuzz;
pub mod live;
pub mod machine;
pub mod usage;
