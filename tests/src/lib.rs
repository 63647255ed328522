//! Fixtures, differential runs against real tools, properties and tidy checks.

pub mod differential;
