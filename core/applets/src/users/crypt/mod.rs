//! Password hashes as crypt(3) makes them.

mod des;
mod md5;
mod sha;

use bstr::{BStr, BString, ByteSlice};
use kernel::Process;

/// The method of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::users) enum Method {
    /// Without a mark: DES, a salt of two characters.
    Des,
    /// `$1$`: MD5-crypt of FreeBSD.
    Md5,
    /// `$5$`: SHA-crypt with SHA-256.
    Sha256,
    /// `$6$`: SHA-crypt with SHA-512.
    Sha512,
}

/// The alphabet of salts and hashes.
const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Method {
    /// The method that busybox takes for a name: those it does not know are MD5.
    pub(in crate::users) fn named(name: &BStr) -> Self {
        match name.to_ascii_lowercase().as_slice() {
            b"sha512" => Self::Sha512,
            [b's', ..] => Self::Sha256,
            [b'd', ..] => Self::Des,
            _ => Self::Md5,
        }
    }

    /// The hash of a password, `*` when the salt is none. A salt ends at a dollar sign and has 16 characters at most, 8
    /// with MD5, 2 with DES.
    pub(in crate::users) fn hash(self, password: &[u8], salt: &[u8]) -> BString {
        self.try_hash(password, salt).unwrap_or_else(|| "*".into())
    }

    fn try_hash(self, password: &[u8], salt: &[u8]) -> Option<BString> {
        let (rounds, salt) = match salt.strip_prefix(b"rounds=") {
            Some(rest) if matches!(self, Self::Sha256 | Self::Sha512) => {
                let (number, salt) = rest.split_once_str("$")?;
                (Some(sha::rounds(number)?), salt)
            }
            _ => (None, salt),
        };
        if self == Self::Des {
            let hash = des::hash(password, salt)?;
            return Some(bytes!("{}{}", &salt[..2], hash));
        }
        let salt = salt.split_str("$").next().unwrap_or_default();
        let salt = &salt[..salt.len().min(self.salt_len())];
        let named = rounds.map(|rounds| format!("rounds={rounds}$")).unwrap_or_default();
        let rounds = rounds.unwrap_or(sha::ROUNDS);
        Some(match self {
            Self::Des | Self::Md5 => bytes!("$1${}${}", salt, md5::hash(password, salt)),
            Self::Sha256 => bytes!("$5${}{}${}", named, salt, sha::hash_256(password, salt, rounds)),
            Self::Sha512 => bytes!("$6${}{}${}", named, salt, sha::hash_512(password, salt, rounds)),
        })
    }

    /// A hash with a random salt.
    pub(in crate::users) fn fresh(self, p: &mut Process, password: &[u8]) -> BString {
        let salt: Vec<u8> =
            (0..self.salt_len()).map(|_| ALPHABET[p.random() as usize % ALPHABET.len()]).collect();
        self.hash(password, &salt)
    }

    fn salt_len(self) -> usize {
        match self {
            Self::Des => 2,
            Self::Md5 => 8,
            Self::Sha256 | Self::Sha512 => 16,
        }
    }
}

/// Three bytes as characters of six bits, the lowest first.
fn push(high: u8, middle: u8, low: u8, count: usize, text: &mut String) {
    let mut bits = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
    for _ in 0..count {
        text.push(char::from(ALPHABET[bits & 63]));
        bits >>= 6;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_busybox() {
        let hash = |method: Method| method.hash(b"secret", b"abcdefgh");
        assert_eq!(Method::Des.hash(b"secret", b"ab"), "abNANd1rDfiNc");
        assert_eq!(hash(Method::Md5), "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1");
        assert_eq!(hash(Method::Sha256), "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.");
        assert_eq!(
            hash(Method::Sha512),
            "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG."
        );
    }
}
