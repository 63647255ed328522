//! Users, groups and passwords.

pub mod database;
