//! STOPSIGNAL.

use super::request::Request;

/// `STOPSIGNAL signal`: what ends the container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stopsignal {
    /// Name or number, not expanded or checked.
    pub signal: String,
}

/// Flags are passed over, as Docker does.
pub(super) fn parse(request: &Request<'_>) -> Result<Stopsignal, String> {
    Ok(Stopsignal { signal: request.exactly_one()? })
}
