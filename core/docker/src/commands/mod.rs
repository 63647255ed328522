//! The docker commands, one file each.

pub(crate) mod attach;
pub(crate) mod build;
pub(crate) mod builder;
pub(crate) mod buildx;
mod check_json;
pub(crate) mod commit;
mod conditions;
pub(crate) mod container_prune;
pub(crate) mod context;
pub(crate) mod cp;
pub(crate) mod create;
mod create_flags;
pub(crate) mod diff;
mod disk_usage;
pub(crate) mod events;
pub(crate) mod exec;
pub(crate) mod export;
mod health_flags;
pub(crate) mod history;
mod host_flags;
pub(crate) mod images;
pub(crate) mod import;
pub(crate) mod info;
pub(crate) mod inspect;
mod inspect_container;
mod inspect_graph;
mod inspect_host;
pub(crate) mod kill;
pub(crate) mod load;
pub(crate) mod login;
pub(crate) mod logs;
pub(crate) mod manifest;
pub(crate) mod mount_flags;
pub(crate) mod network;
pub(crate) mod pause;
pub(crate) mod port;
mod port_flags;
pub(crate) mod prune;
pub(crate) mod ps;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod rename;
pub(crate) mod restart;
pub(crate) mod rm;
pub(crate) mod rmi;
pub(crate) mod run;
mod sarif;
pub(crate) mod save;
pub(crate) mod search;
mod solve_cache;
mod solve_check;
mod solve_output;
mod solve_request;
pub(crate) mod start;
pub(crate) mod stats;
pub(crate) mod stop;
pub(crate) mod system;
pub(crate) mod tag;
pub(crate) mod top;
pub(crate) mod update;
pub(crate) mod version;
pub(crate) mod volume;
pub(crate) mod wait;

use crate::{Command, command::ArgRule};

/// What most commands have in common; a command overrides what differs.
const BASE: Command = Command {
    names: &[],
    usage: "",
    summary: "",
    args: ArgRule::None,
    interspersed: true,
    flags: &[],
    glass_flags: &[],
    run: |_| Ok(0),
};
