//! The interfaces of a container besides loopback, as `ip` and `ifconfig` show them.

use kernel::{Address, Interface, Process};

/// An address, written out.
pub(super) fn text([a, b, c, d]: Address) -> String {
    format!("{a}.{b}.{c}.{d}")
}

/// The hardware address that docker makes of an address.
pub(super) fn mac([a, b, c, d]: Address) -> String {
    format!("02:42:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
}

fn mask(prefix: u8) -> u32 {
    u32::MAX.checked_shl(u32::from(32 - prefix.min(32))).unwrap_or(0)
}

/// The mask, the lowest and the highest address of an interface's network.
pub(super) fn range(interface: &Interface) -> (Address, Address, Address) {
    let (own, mask) = (u32::from_be_bytes(interface.address), mask(interface.prefix));
    (mask.to_be_bytes(), (own & mask).to_be_bytes(), (own | !mask).to_be_bytes())
}

/// The number of an interface: docker's come in pairs, one half in the container.
pub(super) fn number(position: usize) -> usize {
    4 + 2 * position
}

/// The interfaces of a process's machine.
pub(super) fn all(p: &Process) -> Vec<Interface> {
    p.interfaces()
}
