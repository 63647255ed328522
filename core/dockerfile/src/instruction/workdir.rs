//! WORKDIR.

use super::request::Request;

/// `WORKDIR path`: the current folder from here on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workdir {
    /// Not expanded; blanks within belong to it.
    pub path: String,
}

pub(super) fn parse(request: &Request<'_>) -> Result<Workdir, String> {
    let path = request.exactly_one()?;
    request.no_flags()?;
    Ok(Workdir { path })
}
