//! Fixtures, differential runs against real tools, properties and tidy checks.

pub mod conformance;
pub mod crash;
pub mod differential;
pub mod docker;
pub mod dockerd;
pub mod fuzz;
pub mod interchange;
pub mod live;
pub mod machine;
pub mod random;
pub mod usage;
