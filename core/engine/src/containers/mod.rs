//! Containers: their configuration, file system, processes, output and life.

mod accounts;
mod changes;
mod commit;
mod create;
mod exec;
mod init_layer;
mod inspect;
mod journal;
mod launch;
mod lookup;
mod merge;
mod pause;
mod record;
mod remove;
mod rename;
mod signals;
mod start;
mod stop;
mod wait;

pub(crate) use accounts::{account, owner, owner_of};
pub(crate) use changes::file_changes;
pub(crate) use commit::changed_config;
pub(crate) use create::host_path;
pub(crate) use journal::{Command, Journal, Start, Step, Target};
pub(crate) use launch::{Launch, LaunchError, failed_status};
pub use record::{Container, Files, LogEntry, Volume};
pub(crate) use signals::parse_signal;
pub(crate) use start::{DEADLOCK, START_COST};
