//! Fixtures, differential runs against real tools, properties and tidy checks.

pub mod conformance;
pub mod differential;
pub mod fuzz;
pub mod machine;
