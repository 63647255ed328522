use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::hex;

/// Why a text is no digest. The texts are those of the Go digest package that Docker uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseDigestError {
    /// No `algorithm:hex` form, or digits that are not lower-case hexadecimal.
    #[error("invalid checksum digest format")]
    Format,
    /// The wrong number of digits.
    #[error("invalid checksum digest length")]
    Length,
    /// An algorithm other than sha256.
    #[error("unsupported digest algorithm")]
    Algorithm,
}

/// A SHA-256 content digest, written `sha256:<64 lower-case hexadecimal digits>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A 256-bit identifier that names no content (containers, volumes, legacy layer directories): 64 hexadecimal
/// digits without prefix.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; 32]);

impl Digest {
    /// The digest with these raw bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Digest(bytes)
    }

    /// The digest written as bare hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, ParseDigestError> {
        hex::decode(text).map(Digest)
    }

    /// The raw bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 64 digits, without `sha256:`.
    pub fn hex(&self) -> String {
        hex::encode(&self.0)
    }

    /// The first 12 digits, as Docker shows ids to people.
    pub fn short(&self) -> String {
        hex::encode(&self.0[..6])
    }
}

impl Id {
    /// The id with these raw bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Id(bytes)
    }

    /// The raw bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// All 64 digits.
    pub fn hex(&self) -> String {
        hex::encode(&self.0)
    }

    /// The first 12 digits, as Docker shows ids to people.
    pub fn short(&self) -> String {
        hex::encode(&self.0[..6])
    }
}

impl FromStr for Digest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (algorithm, digits) = text.split_once(':').ok_or(ParseDigestError::Format)?;
        if algorithm != "sha256" {
            return Err(ParseDigestError::Algorithm);
        }
        Digest::from_hex(digits)
    }
}

impl FromStr for Id {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        hex::decode(text).map(Id)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("sha256:{}", self.hex()))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "6727916ebd0907be06b71bb10d15c8ec0616447e3cd46bfb30e3c6885334723b";

    #[test]
    fn a_digest_reads_what_it_writes() {
        let digest: Digest = format!("sha256:{HEX}").parse().unwrap();
        assert_eq!(digest.hex(), HEX);
        assert_eq!(digest.short(), "6727916ebd09");
        assert_eq!(digest.to_string(), format!("sha256:{HEX}"));
    }

    #[test]
    fn an_id_has_no_prefix() {
        let id: Id = HEX.parse().unwrap();
        assert_eq!((id.to_string(), id.short()), (HEX.to_owned(), "6727916ebd09".to_owned()));
        assert_eq!(format!("sha256:{HEX}").parse::<Id>(), Err(ParseDigestError::Length));
    }

    #[test]
    fn other_texts_are_refused_with_dockers_words() {
        let error = |text: &str| text.parse::<Digest>().unwrap_err().to_string();
        assert_eq!(error(HEX), "invalid checksum digest format");
        assert_eq!(error("sha256:abc"), "invalid checksum digest length");
        assert_eq!(error("md5:abc"), "unsupported digest algorithm");
        assert_eq!(error(&format!("sha256:{}", HEX.to_uppercase())), "invalid checksum digest format");
    }
}
