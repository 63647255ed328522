//! The image store: configurations by id, names, parent links, and what can be asked about them.

mod child;
mod history;
mod import;
mod list;
mod prune;
mod pull;
mod references;
mod remove;
mod store;
mod tag;

pub(crate) use child::{Child, DOCKER_VERSION, NewLayer};
pub use references::References;
pub use store::Image;
pub(crate) use tag::parse_name;

/// `--platform` of an import or pull.
///
/// # Errors
/// Docker's words for a malformed one.
pub(crate) fn platform(text: &str) -> Result<crate::Platform, api::ApiError> {
    crate::Platform::parse(text)
        .map_err(|error| api::ApiError::new(api::ErrorKind::BadRequest, error.to_string()))
}
