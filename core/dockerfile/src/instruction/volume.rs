//! VOLUME.

use super::request::Request;

/// `VOLUME path...` or `VOLUME ["path", ...]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// Not expanded; never empty, nor is a path.
    pub paths: Vec<String>,
}

pub(super) fn parse(request: &Request<'_>) -> Result<Volume, String> {
    let words = request.at_least_one()?;
    request.no_flags()?;
    let path = |word: &&str| match word.trim() {
        "" => Err("VOLUME specified can not be an empty string".to_owned()),
        path => Ok(path.to_owned()),
    };
    Ok(Volume { paths: words.iter().map(path).collect::<Result<_, _>>()? })
}
