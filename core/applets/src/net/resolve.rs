//! Names and addresses: /etc/hosts, then the networks that this machine is on.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Address, Fd, Process};
use vfs::Errno;

use crate::system::hosts;

/// The addresses of a host, written out; none when the name does not resolve.
pub(super) async fn addresses(p: &mut Process, host: &BStr) -> Vec<BString> {
    if v4(host).is_some() || host.contains(&b':') {
        return vec![host.to_owned()];
    }
    let known: Vec<BString> = hosts::find(p, host).await.into_iter().map(|host| host.address).collect();
    if !known.is_empty() {
        return known;
    }
    let found = p.look_up(host).await;
    found.into_iter().map(|[a, b, c, d]| BString::from(format!("{a}.{b}.{c}.{d}"))).collect()
}

/// Connects to a port of this machine or of another one that it shares a network with.
pub(super) async fn connect(p: &mut Process, address: &BStr, port: u16) -> Result<Fd, Errno> {
    match v4(address) {
        Some(address) => p.connect_to(address, port).await,
        None if address == "::1" => p.connect_to([127, 0, 0, 1], port).await,
        None => Err(Errno::ENETUNREACH),
    }
}

/// The four numbers of an address.
fn v4(text: &BStr) -> Option<Address> {
    let mut parts = text.split_str(".").map(|part| part.to_str().ok()?.parse::<u8>().ok());
    let address = [parts.next()??, parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(address)
}

/// `[address]:port` or `address:port`
pub(super) fn with_port(address: &BStr, port: u16) -> BString {
    let port = port.to_string();
    if address.contains(&b':') { bytes!("[{}]:{}", address, port) } else { bytes!("{}:{}", address, port) }
}
