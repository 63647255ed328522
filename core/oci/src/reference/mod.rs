//! Names of images: the grammar of `distribution/reference`, and docker's reading of what users type.

mod error;
mod grammar;
mod normal;

use std::fmt;

use digest::Digest;
use pattern::{BadPattern, filepath_match};

pub use error::ReferenceError;
pub use grammar::{Parsed, is_domain, is_identifier, parse, split_name};
pub use normal::AnyReference;

/// Whose rules hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Vintage {
    /// Docker 20.10: the limit of 255 characters holds for the whole name; no IPv6 addresses.
    #[default]
    Docker20_10,
    /// Docker of 2026: the limit holds for the path; a first component with capitals is a domain.
    Current,
}

/// Longest name, or path.
const NAME_MAX: usize = 255;

/// A name of an image: domain and path, with tag or digest, as docker normalises it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    domain: String,
    path: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

impl Reference {
    /// Domain and path.
    pub fn name(&self) -> String {
        format!("{}/{}", self.domain, self.path)
    }

    /// The registry, e.g. `docker.io`.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The path in the registry, e.g. `library/alpine`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The tag.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest.
    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// The same with the tag `latest` if it has neither tag nor digest.
    pub fn with_default_tag(mut self) -> Self {
        if self.tag.is_none() && self.digest.is_none() {
            self.tag = Some("latest".to_owned());
        }
        self
    }

    /// The same name with this digest and no tag.
    pub fn with_digest(&self, digest: Digest) -> Self {
        Reference { tag: None, digest: Some(digest), ..self.clone() }
    }

    /// Domain and path without what docker adds.
    pub fn familiar_name(&self) -> String {
        match (&*self.domain, self.path.strip_prefix("library/")) {
            (normal::HUB, Some(name)) if !name.contains('/') => name.to_owned(),
            (normal::HUB, _) => self.path.clone(),
            _ => self.name(),
        }
    }

    /// The whole reference as docker shows it.
    pub fn familiar(&self) -> String {
        self.with_suffix(self.familiar_name())
    }

    /// Whether the pattern of `docker images PATTERN` matches: the familiar form, or the familiar name alone.
    ///
    /// # Errors
    /// The pattern is malformed.
    pub fn matches(&self, pattern: &str) -> Result<bool, BadPattern> {
        Ok(filepath_match(pattern, &self.familiar())? || filepath_match(pattern, &self.familiar_name())?)
    }

    fn with_suffix(&self, mut text: String) -> String {
        if let Some(tag) = &self.tag {
            text.push_str(&format!(":{tag}"));
        }
        if let Some(digest) = &self.digest {
            text.push_str(&format!("@{digest}"));
        }
        text
    }
}

impl fmt::Display for Reference {
    /// The canonical form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_suffix(self.name()))
    }
}
