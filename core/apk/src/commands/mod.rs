//! The commands, one file each.

mod add;
mod audit;
mod cache;
mod del;
mod dot;
mod fetch;
mod fix;
mod index;
mod info;
mod list;
mod manifest;
mod matching;
mod policy;
mod search;
mod stats;
mod update;
mod upgrade;
mod verify;
mod version;

pub(crate) use self::{
    add::Add,
    del::{Del, explain_kept},
    fix::Fix,
    upgrade::Upgrade,
};
use crate::command::Command;

/// All commands, in the order of the overview.
pub(crate) const COMMANDS: &[&Command] = &[
    &add::COMMAND,
    &del::COMMAND,
    &fix::COMMAND,
    &update::COMMAND,
    &upgrade::COMMAND,
    &cache::COMMAND,
    &info::COMMAND,
    &list::COMMAND,
    &dot::COMMAND,
    &policy::COMMAND,
    &search::COMMAND,
    &index::COMMAND,
    &fetch::COMMAND,
    &manifest::COMMAND,
    &verify::COMMAND,
    &audit::COMMAND,
    &stats::COMMAND,
    &version::COMMAND,
];
