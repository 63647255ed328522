use kernel::Address;
use serde::{Deserialize, Serialize};

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Subnet {
    /// The lowest address.
    pub(crate) base: Address,
    /// How many bits are the same in all.
    pub(crate) prefix: u8,
}

impl Subnet {
    /// Reads `10.9.0.0/16`; bits behind the prefix are dropped.
    pub(crate) fn parse(text: &str) -> Option<Subnet> {
        let (base, prefix) = text.split_once('/')?;
        let prefix = prefix.parse().ok().filter(|prefix| *prefix <= 32)?;
        let base = u32::from_be_bytes(parse(base)?) & mask(prefix);
        Some(Subnet { base: base.to_be_bytes(), prefix })
    }

    /// The address with this number in the range.
    pub(crate) fn host(self, number: u32) -> Address {
        u32::from_be_bytes(self.base).wrapping_add(number).to_be_bytes()
    }

    /// How many addresses there are, as far as we would look.
    pub(crate) fn size(self) -> u32 {
        1u32.checked_shl(u32::from(32 - self.prefix)).unwrap_or(u32::MAX).min(1 << 16)
    }

    pub(crate) fn contains(self, address: Address) -> bool {
        u32::from_be_bytes(address) & mask(self.prefix) == u32::from_be_bytes(self.base)
    }

    pub(crate) fn overlaps(self, other: Subnet) -> bool {
        self.contains(other.base) || other.contains(self.base)
    }

    pub(crate) fn text(self) -> String {
        format!("{}/{}", text(self.base), self.prefix)
    }
}

fn mask(prefix: u8) -> u32 {
    u32::MAX.checked_shl(u32::from(32 - prefix)).unwrap_or(0)
}

/// Reads four numbers with dots between.
pub(crate) fn parse(text: &str) -> Option<Address> {
    let address: std::net::Ipv4Addr = text.parse().ok()?;
    Some(address.octets())
}

pub(crate) fn text([a, b, c, d]: Address) -> String {
    format!("{a}.{b}.{c}.{d}")
}

/// The hardware address that docker makes of an address.
pub(crate) fn mac([a, b, c, d]: Address) -> String {
    format!("02:42:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
}
