use std::fmt;

use base64::{
    Engine, alphabet,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use sha1::{Digest, Sha1};

/// apk does not mind bits beyond the last byte.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// A SHA-1 as apk writes it: `Q1` and 28 characters of base64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checksum([u8; 20]);

impl Checksum {
    /// The checksum of some bytes.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Checksum(Sha1::digest(bytes.as_ref()).into())
    }

    /// From the raw twenty bytes.
    pub fn from_bytes(bytes: [u8; 20]) -> Self {
        Checksum(bytes)
    }

    /// The raw twenty bytes.
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Reads `Q1...`, or `X1` and hexadecimal digits; `None` for any other form (apk's older MD5 form
    /// is not in use any more).
    pub fn parse(text: &str) -> Option<Self> {
        let raw = match text.strip_prefix("X1") {
            Some(digits) => from_hex(digits)?,
            None => BASE64.decode(text.strip_prefix("Q1")?).ok()?,
        };
        Some(Checksum(raw.try_into().ok()?))
    }

    /// `X1` and hexadecimal digits, as apk 3 names the scripts of packages.
    pub(crate) fn to_hex(self) -> String {
        self.0.iter().fold("X1".to_owned(), |text, byte| text + &format!("{byte:02x}"))
    }
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let digit = |digit: &u8| char::from(*digit).to_digit(16);
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let byte = |[high, low]: &[u8; 2]| Some((digit(high)? * 16 + digit(low)?) as u8);
    rest.is_empty().then(|| pairs.iter().map(byte).collect())?
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Q1{}", BASE64.encode(self.0))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
