//! MAINTAINER.

use super::request::Request;

/// `MAINTAINER name`: the author, deprecated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maintainer {
    /// As typed.
    pub name: String,
}

pub(super) fn parse(request: &Request<'_>) -> Result<Maintainer, String> {
    let name = request.exactly_one()?;
    request.no_flags()?;
    Ok(Maintainer { name })
}
