//! ENV.

use super::request::Request;

/// `ENV name=value...` or `ENV name value`: variables of the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env {
    /// In order; never empty.
    pub pairs: Vec<KeyValue>,
}

/// A name with a value, of ENV and LABEL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyValue {
    /// The name as typed.
    pub key: String,
    /// The value as typed, quotes included.
    pub value: String,
    /// Whether it was written with `=`; the form without is legacy.
    pub delimited: bool,
}

pub(super) fn parse(request: &Request<'_>) -> Result<Env, String> {
    request.no_flags()?;
    Ok(Env { pairs: key_values(request)? })
}

/// The pairs, owned.
pub(super) fn key_values(request: &Request<'_>) -> Result<Vec<KeyValue>, String> {
    let pairs = request.pairs()?.iter().map(|pair| KeyValue {
        key: pair.key.to_string(),
        value: pair.value.to_string(),
        delimited: pair.delimited,
    });
    Ok(pairs.collect())
}
