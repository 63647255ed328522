//! The Alpine package manager: versions, dependencies, indexes, the solver, the installed database
//! and the commands, as apk-tools 2.14 has them.

mod checksum;
mod commands;
pub mod console;
mod contents;
mod database;
mod dependency;
mod glob;
pub mod index;
pub mod installed;
mod mirror;
mod name_order;
mod package;
pub mod rehearsal;
mod reverse;
pub mod solver;
mod transaction;
mod universe;
pub mod version;

pub use self::{
    checksum::Checksum,
    contents::{Entry, EntryNode, Owner, PackageContents, Script, ScriptKind},
    database::{Database, Installed, world_remove, world_set},
    dependency::{Dependency, Operator},
    mirror::{FetchError, Mirror, Repository},
    name_order::chain as name_chain,
    package::{Package, display_order},
    universe::{Candidate, NameId, Need, Offer, PackageId, Sources, Tag, TagId, Universe, Walk},
};
