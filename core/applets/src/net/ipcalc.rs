use std::net::Ipv4Addr;

use bstr::ByteSlice;
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "[-bnmphs] ADDRESS[/PREFIX] [NETMASK]

Calculate with IPv4 addresses

	-b	The broadcast address
	-n	The network
	-m	The mask: without one that of the address's class
	-p	The mask's bits
	-h	The host name
	-s	Without a word";

const OPTIONS: Options = Options::new(USAGE, "mbnphs").operands(1, 2).long(&[
    ("netmask", 'm'),
    ("broadcast", 'b'),
    ("network", 'n'),
    ("prefix", 'p'),
    ("hostname", 'h'),
    ("silent", 's'),
]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let text = opts.operands[0].as_bstr();
    let (address, prefix) = match text.split_once_str("/") {
        Some((address, prefix)) => (address.as_bstr(), Some(prefix.as_bstr())),
        None => (text, None),
    };
    let parse = |text: &bstr::BStr| text.to_str().ok()?.parse::<Ipv4Addr>().ok().map(u32::from);
    let Some(address) = parse(address) else { return Err(usage::misuse(p, USAGE, 1).await) };
    let mask = match (prefix, opts.operands.get(1)) {
        (Some(prefix), _) => match number::unsigned(prefix, 0, 32, &[]) {
            Ok(bits) => u32::MAX.checked_shl(32 - bits as u32).unwrap_or(0),
            Err(message) => return Err(say::die(p, message).await),
        },
        (None, Some(mask)) => match parse(mask.as_bstr()) {
            Some(mask) => mask,
            None => return Err(say::die(p, bytes!("bad netmask: {}", mask)).await),
        },
        (None, None) => class_mask(address),
    };
    if opts.has('h') {
        return Err(say::die(p, "looking up the name of an address is not simulated").await);
    }
    let dotted = |value: u32| Ipv4Addr::from(value).to_string();
    let lines = [
        ('m', format!("NETMASK={}\n", dotted(mask))),
        ('b', format!("BROADCAST={}\n", dotted(address & mask | !mask))),
        ('n', format!("NETWORK={}\n", dotted(address & mask))),
        ('p', format!("PREFIX={}\n", mask.count_ones())),
    ];
    for (letter, line) in lines {
        if opts.has(letter) {
            say::print(p, line).await?;
        }
    }
    Ok(Exit(0))
}

/// The mask of the class A, B or C that an address is in.
fn class_mask(address: u32) -> u32 {
    match address >> 24 {
        0..128 => 0xff00_0000,
        128..192 => 0xffff_0000,
        192..224 => 0xffff_ff00,
        _ => u32::MAX,
    }
}
