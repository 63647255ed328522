//! The Alpine package manager: versions, dependencies, indexes, the solver, the installed database
//! and the commands, as apk-tools 2.14 has them.

mod checksum;
pub mod console;
mod dependency;
pub mod index;
pub mod installed;
mod mirror;
mod name_order;
mod package;
mod reverse;
pub mod solver;
mod universe;
pub mod version;

pub use self::{
    checksum::Checksum,
    dependency::{Dependency, Operator},
    mirror::{FetchError, Mirror, Repository},
    package::{Package, display_order},
    universe::{Candidate, NameId, Need, Offer, PackageId, Sources, Tag, TagId, Universe, Walk},
};
