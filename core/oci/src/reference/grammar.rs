use std::fmt;

use digest::Digest;

use super::{NAME_MAX, ReferenceError, Vintage};

/// Longest tag.
const TAG_MAX: usize = 128;

/// Fewest hexadecimal digits of a digest.
const DIGEST_MIN: usize = 32;

/// A text taken apart by the strict grammar, with nothing added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Host with port, if the first component can be one and others follow.
    pub domain: Option<String>,
    /// The other components.
    pub path: String,
    /// The tag.
    pub tag: Option<String>,
    /// The digest's text.
    pub digest: Option<String>,
}

impl Parsed {
    /// Domain and path.
    pub fn name(&self) -> String {
        match &self.domain {
            Some(domain) => format!("{domain}/{}", self.path),
            None => self.path.clone(),
        }
    }
}

impl fmt::Display for Parsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        self.digest.as_ref().map_or(Ok(()), |digest| write!(f, "@{digest}"))
    }
}

/// Reads a reference by the strict grammar: no defaults.
///
/// # Errors
/// Those of the reference package.
pub fn parse(text: &str, vintage: Vintage) -> Result<Parsed, ReferenceError> {
    let Some(parsed) = split(text, vintage) else {
        return Err(if text.is_empty() {
            ReferenceError::Empty
        } else if split(&text.to_lowercase(), vintage).is_some() {
            ReferenceError::StrictUppercase
        } else {
            ReferenceError::Format
        });
    };
    let limited = match vintage {
        Vintage::Docker20_10 => parsed.name().len(),
        Vintage::Current => parsed.path.len(),
    };
    if limited > NAME_MAX {
        return Err(ReferenceError::TooLong);
    }
    if let Some(digest) = &parsed.digest {
        digest.parse::<Digest>()?;
    }
    Ok(parsed)
}

/// What the whole grammar matches, without limits of length.
fn split(text: &str, vintage: Vintage) -> Option<Parsed> {
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest).filter(|digest| is_digest(digest))?.to_owned().into()),
        None => (text, None),
    };
    let last = rest.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match rest[last..].rfind(':') {
        Some(colon) => {
            let tag = &rest[last + colon + 1..];
            (&rest[..last + colon], Some(tag).filter(|tag| is_tag(tag))?.to_owned().into())
        }
        None => (rest, None),
    };
    let (domain, path) = split_name(name, vintage)?;
    Some(Parsed { domain: domain.map(str::to_owned), path: path.to_owned(), tag, digest })
}

/// Domain and path of a name without tag or digest; none if it is no name.
pub fn split_name(name: &str, vintage: Vintage) -> Option<(Option<&str>, &str)> {
    let is_path = |path: &str| path.split('/').all(is_component);
    if let Some((first, rest)) = name.split_once('/')
        && is_domain(first, vintage)
        && is_path(rest)
    {
        return Some((Some(first), rest));
    }
    is_path(name).then_some((None, name))
}

/// Whether a text can be a host with an optional port.
pub fn is_domain(text: &str, vintage: Vintage) -> bool {
    let address = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (is_host, port) = match address {
        Some((address, rest)) => {
            let digits = address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
            let port = if rest.is_empty() { None } else { Some(rest.strip_prefix(':').unwrap_or_default()) };
            (digits && !address.is_empty() && vintage == Vintage::Current, port)
        }
        None => {
            let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
            (host.split('.').all(is_host_label), port)
        }
    };
    is_host && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_host_label(label: &str) -> bool {
    let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    !label.is_empty() && inner && !label.starts_with('-') && !label.ends_with('-')
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
        && tag.len() <= TAG_MAX
        && bytes.all(|byte| is_word(byte) || b".-".contains(&byte))
}

/// An algorithm of any kind and at least 32 hexadecimal digits; whether it is supported is another question.
fn is_digest(digest: &str) -> bool {
    let Some((algorithm, digits)) = digest.split_once(':') else { return false };
    let is_part = |part: &str| {
        part.starts_with(|ch: char| ch.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    algorithm.split(['-', '_', '+', '.']).all(is_part)
        && digits.len() >= DIGEST_MIN
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text is an image id without prefix: 64 lower-case hexadecimal digits.
pub fn is_identifier(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
