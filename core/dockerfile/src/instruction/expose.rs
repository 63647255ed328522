//! EXPOSE.

use super::request::Request;

/// `EXPOSE port[/protocol]...`: ports the image listens on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expose {
    /// As typed, but sorted bytewise: Docker sorts them before anything else.
    pub ports: Vec<String>,
}

pub(super) fn parse(request: &Request<'_>) -> Result<Expose, String> {
    let mut ports: Vec<String> = request.at_least_one()?.iter().map(|word| (*word).to_owned()).collect();
    request.no_flags()?;
    ports.sort_unstable();
    Ok(Expose { ports })
}
