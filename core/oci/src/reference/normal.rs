use std::fmt;

use digest::Digest;

use super::{Reference, ReferenceError, Vintage, is_identifier, parse};

/// The registry that names without one belong to.
pub(super) const HUB: &str = "docker.io";

/// Its old name.
const OLD_HUB: &str = "index.docker.io";

impl Reference {
    /// Reads a reference as users of Docker 20.10 type it: `docker.io` and `library/` are added where they are missing.
    ///
    /// # Errors
    /// Docker's.
    pub fn parse_normalized(text: &str) -> Result<Self, ReferenceError> {
        Reference::parse_normalized_by(text, Vintage::Docker20_10)
    }

    /// The same by the rules of `vintage`.
    ///
    /// # Errors
    /// Docker's.
    pub fn parse_normalized_by(text: &str, vintage: Vintage) -> Result<Self, ReferenceError> {
        if is_identifier(text) {
            return Err(ReferenceError::LooksLikeId(text.to_owned()));
        }
        let (domain, rest) = split_domain(text, vintage);
        let remote = rest.split(':').next().unwrap_or_default();
        if remote.to_lowercase() != remote {
            return Err(match vintage {
                Vintage::Docker20_10 => ReferenceError::Uppercase,
                Vintage::Current => ReferenceError::UppercaseName(remote.to_owned()),
            });
        }
        let parsed = parse(&format!("{domain}/{rest}"), vintage)?;
        let digest = parsed.digest.as_deref().map(str::parse).transpose()?;
        let domain = parsed.domain.ok_or(ReferenceError::Format)?;
        Ok(Reference { domain, path: parsed.path, tag: parsed.tag, digest })
    }

    /// Reads a reference that must be written in full: domain, `library/` and all.
    ///
    /// # Errors
    /// Docker's; `NotCanonical` if something is missing.
    pub fn parse_canonical(text: &str, vintage: Vintage) -> Result<Self, ReferenceError> {
        let reference = Reference::parse_normalized_by(text, vintage)?;
        if reference.to_string() == text { Ok(reference) } else { Err(ReferenceError::NotCanonical) }
    }

    /// Reads a reference to pull: with a default tag, and without the tag if there is a digest.
    ///
    /// # Errors
    /// Docker's.
    pub fn parse_to_pull(text: &str, vintage: Vintage) -> Result<Self, ReferenceError> {
        let mut reference = Reference::parse_normalized_by(text, vintage)?.with_default_tag();
        if reference.digest.is_some() {
            reference.tag = None;
        }
        Ok(reference)
    }
}

/// Domain and the rest, docker's defaults added.
fn split_domain(text: &str, vintage: Vintage) -> (&str, String) {
    let is_domain = |first: &str| {
        let capital = vintage == Vintage::Current && first.to_lowercase() != first;
        first.contains(['.', ':']) || first == "localhost" || capital
    };
    let (domain, rest) = match text.split_once('/') {
        Some((OLD_HUB, rest)) => (HUB, rest),
        Some((first, rest)) if is_domain(first) => (first, rest),
        _ => (HUB, text),
    };
    if domain == HUB && !rest.contains('/') {
        return (domain, format!("library/{rest}"));
    }
    (domain, rest.to_owned())
}

/// What names an image: a reference, or the image itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnyReference {
    /// An id, with or without `sha256:`.
    Id(Digest),
    /// A name.
    Named(Reference),
}

impl AnyReference {
    /// Reads either.
    ///
    /// # Errors
    /// Docker's, of a name.
    pub fn parse(text: &str, vintage: Vintage) -> Result<Self, ReferenceError> {
        if let Ok(id) = Digest::from_hex(text).or_else(|_| text.parse()) {
            return Ok(AnyReference::Id(id));
        }
        Reference::parse_normalized_by(text, vintage).map(AnyReference::Named)
    }
}

impl fmt::Display for AnyReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AnyReference::Id(id) => id.fmt(f),
            AnyReference::Named(reference) => reference.fmt(f),
        }
    }
}
