//! The image store: configurations by id, names, parent links, and what can be asked about them.

mod archive;
mod child;
mod history;
mod import;
mod list;
mod prune;
mod pull;
mod references;
mod remove;
mod sizes;
mod store;
mod tag;

pub(crate) use child::{Child, DOCKER_VERSION, NewLayer};
pub use references::References;
pub use store::Image;
pub(crate) use tag::parse_name;
