use std::fmt;

use digest::Digest;
use thiserror::Error;

/// A name of an image: domain and path, with tag or digest, as docker normalises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    domain: String,
    path: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

/// Why a text is no reference, in docker's words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReferenceError {
    /// It does not follow the grammar.
    #[error("invalid reference format")]
    Format,
    /// Its repository has capital letters.
    #[error("invalid reference format: repository name must be lowercase")]
    Uppercase,
    /// It could be taken for an image id.
    #[error("invalid repository name ({0}), cannot specify 64-byte hexadecimal strings")]
    LooksLikeId(String),
    /// It has more than 255 characters.
    #[error("repository name must not be more than 255 characters")]
    TooLong,
}

const HUB: &str = "docker.io";

impl Reference {
    /// Reads a reference as users type it: `docker.io` and `library/` are added where they are missing.
    ///
    /// # Errors
    /// Docker's.
    pub fn parse_normalized(text: &str) -> Result<Self, ReferenceError> {
        if text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(ReferenceError::LooksLikeId(text.to_owned()));
        }
        let (domain, rest) = split_domain(text);
        let remote = rest.split(':').next().unwrap_or_default();
        if remote.to_lowercase() != remote {
            return Err(ReferenceError::Uppercase);
        }
        let (rest, digest) = match rest.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.parse().map_err(|_| ReferenceError::Format)?)),
            None => (rest, None),
        };
        let (path, tag) = match rest.split_once(':') {
            Some((path, tag)) => (path, Some(tag.to_owned())),
            None => (rest, None),
        };
        let is_good =
            is_domain(domain) && path.split('/').all(is_component) && tag.as_deref().is_none_or(is_tag);
        if !is_good {
            return Err(ReferenceError::Format);
        }
        let path =
            if domain == HUB && !path.contains('/') { format!("library/{path}") } else { path.to_owned() };
        if domain.len() + 1 + path.len() > 255 {
            return Err(ReferenceError::TooLong);
        }
        Ok(Reference { domain: domain.to_owned(), path, tag, digest })
    }

    /// The same with the tag `latest` if it has neither tag nor digest.
    pub fn with_default_tag(mut self) -> Self {
        if self.tag.is_none() && self.digest.is_none() {
            self.tag = Some("latest".to_owned());
        }
        self
    }

    /// Domain and path.
    pub fn name(&self) -> String {
        format!("{}/{}", self.domain, self.path)
    }

    /// The tag.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest.
    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// Domain and path without what docker adds.
    pub fn familiar_name(&self) -> String {
        match (&*self.domain, self.path.strip_prefix("library/")) {
            (HUB, Some(name)) if !name.contains('/') => name.to_owned(),
            (HUB, _) => self.path.clone(),
            _ => self.name(),
        }
    }

    /// The whole reference as docker shows it.
    pub fn familiar(&self) -> String {
        self.with_suffix(self.familiar_name())
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

fn split_domain(text: &str) -> (&str, &str) {
    match text.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => match first {
            "index.docker.io" => (HUB, rest),
            _ => (first, rest),
        },
        _ => (HUB, text),
    }
}

fn is_domain(domain: &str) -> bool {
    let (host, port) = domain.split_once(':').map_or((domain, None), |(host, port)| (host, Some(port)));
    let label = |label: &str| {
        let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        !label.is_empty() && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    host.split('.').all(label)
        && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Runs of lower-case letters and digits, joined by one dot, one or two underscores, or dashes.
fn is_component(component: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = component.as_bytes();
    let ends =
        bytes.first().is_some_and(|byte| is_word(*byte)) && bytes.last().is_some_and(|byte| is_word(*byte));
    let mut joints = component.split(|ch: char| ch.is_ascii_lowercase() || ch.is_ascii_digit());
    ends && joints
        .all(|joint| matches!(joint, "" | "." | "_" | "__") || joint.bytes().all(|byte| byte == b'-'))
}

fn is_tag(tag: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut bytes = tag.bytes();
    bytes.next().is_some_and(is_word)
        && tag.len() <= 128
        && bytes.all(|byte| is_word(byte) || b".-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn names_are_normalised_or_refused() {
        let read = |text: &str| match Reference::parse_normalized(text) {
            Ok(reference) => format!("{reference} {}", reference.familiar()),
            Err(error) => error.to_string(),
        };
        let cases = [
            ("alpine", "docker.io/library/alpine alpine"),
            ("a/b:1", "docker.io/a/b:1 a/b:1"),
            ("example.com:5000/x/y:z", "example.com:5000/x/y:z example.com:5000/x/y:z"),
            ("localhost/a", "localhost/a localhost/a"),
            ("docker.io/alpine", "docker.io/library/alpine alpine"),
            ("Foo", "invalid reference format: repository name must be lowercase"),
            ("a b", "invalid reference format"),
            ("a:-x", "invalid reference format"),
            ("alpine::x", "invalid reference format"),
            ("a..b", "invalid reference format"),
            ("", "invalid reference format"),
            ("alpine@sha256:aaaa", "invalid reference format"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
