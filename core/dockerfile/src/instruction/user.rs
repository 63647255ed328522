//! USER.

use super::request::Request;

/// `USER name[:group]`: who runs what follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// Not expanded.
    pub user: String,
}

pub(super) fn parse(request: &Request<'_>) -> Result<User, String> {
    let user = request.exactly_one()?;
    request.no_flags()?;
    Ok(User { user })
}
