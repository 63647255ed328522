//! The docker commands, one file each.

pub(crate) mod attach;
pub(crate) mod build;
pub(crate) mod buildx;
mod check_json;
pub(crate) mod commit;
pub(crate) mod create;
pub(crate) mod diff;
pub(crate) mod exec;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod images;
pub(crate) mod import;
pub(crate) mod inspect;
pub(crate) mod kill;
pub(crate) mod load;
pub(crate) mod logs;
pub(crate) mod pause;
pub(crate) mod prune;
pub(crate) mod ps;
pub(crate) mod pull;
pub(crate) mod rename;
pub(crate) mod restart;
pub(crate) mod rm;
pub(crate) mod rmi;
pub(crate) mod run;
pub(crate) mod save;
mod solve_check;
mod solve_output;
mod solve_request;
pub(crate) mod start;
pub(crate) mod stop;
pub(crate) mod tag;
pub(crate) mod version;
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
