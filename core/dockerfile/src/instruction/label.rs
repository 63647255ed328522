//! LABEL.

use super::KeyValue;
use super::env::key_values;
use super::request::Request;

/// `LABEL name=value...` or `LABEL name value`: metadata of the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// In order; never empty.
    pub pairs: Vec<KeyValue>,
}

pub(super) fn parse(request: &Request<'_>) -> Result<Label, String> {
    request.no_flags()?;
    Ok(Label { pairs: key_values(request)? })
}
