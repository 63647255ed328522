//! The Alpine package manager: versions, dependencies, indexes, the solver, the installed database
//! and the commands, as apk-tools 2.14 has them.
#![warn(missing_docs, clippy::print_stdout, clippy::print_stderr)]

mod about;
mod archive;
mod checksum;
mod command;
mod commands;
mod commit;
pub mod console;
mod contents;
mod database;
mod dependency;
mod directories;
mod engine;
mod glob;
mod help;
pub mod index;
mod install;
pub mod installed;
mod log;
mod mirror;
mod name_order;
mod open;
mod options;
mod owners;
mod package;
mod package_file;
mod preview;
mod program;
mod progress;
mod protect;
mod purge;
pub mod rehearsal;
mod repository_text;
mod reverse;
pub mod script_archive;
mod scripts;
mod session;
mod settings;
pub mod solver;
mod sources;
mod stand_in;
mod text_table;
mod transaction;
mod triggers;
mod universe;
pub mod version;

pub use self::{
    about::{About, Deferred},
    archive::{ArchiveError, IndexFile, read_index, read_package},
    checksum::Checksum,
    contents::{Entry, EntryNode, Owner, PackageContents, Payload, Script, ScriptKind},
    database::{Database, Installed, world_remove, world_set},
    dependency::{Dependency, Operator},
    engine::Engine,
    mirror::{FetchError, Mirror, Repository, Waiting},
    name_order::chain as name_chain,
    package::{Package, display_order},
    program::{Apk, command_names},
    repository_text::TextRepository,
    stand_in::StandIn,
    text_table::TextTable,
    universe::{Candidate, NameId, Need, Offer, PackageId, Sources, Tag, TagId, Universe, Walk},
};
