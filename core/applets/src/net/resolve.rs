//! Names and addresses: /etc/hosts is all that answers here, and loopback all that can be reached.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Fd, Process};
use vfs::Errno;

use crate::system::hosts;

/// The addresses of a host, written out; none when the name does not resolve.
pub(super) async fn addresses(p: &mut Process, host: &BStr) -> Vec<BString> {
    if is_v4(host) || host.contains(&b':') {
        return vec![host.to_owned()];
    }
    hosts::find(p, host).await.into_iter().map(|host| host.address).collect()
}

/// Four numbers up to 255 with dots between.
fn is_v4(text: &BStr) -> bool {
    let number = |part: &[u8]| part.to_str().is_ok_and(|part| part.parse::<u8>().is_ok());
    text.split_str(".").count() == 4 && text.split_str(".").all(number)
}

/// Connects to a port of this machine; any other is unreachable.
pub(super) async fn connect(p: &mut Process, address: &BStr, port: u16) -> Result<Fd, Errno> {
    let own = hosts::find(p, p.hostname().as_bstr()).await.iter().any(|host| host.address == address);
    let loopback = address.starts_with(b"127.") || address == "::1" || address == "0.0.0.0";
    if own || loopback { p.connect(port).await } else { Err(Errno::ENETUNREACH) }
}

/// `[address]:port` or `address:port`
pub(super) fn with_port(address: &BStr, port: u16) -> BString {
    let port = port.to_string();
    if address.contains(&b':') { bytes!("[{}]:{}", address, port) } else { bytes!("{}:{}", address, port) }
}
