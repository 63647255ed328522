use kernel::{Exit, Process};
use vfs::Capability;

use super::interfaces;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-ne] [-A inet[6]] [{add|del} [-net|-host] TARGET [netmask MASK]
	[gw GATEWAY] [metric N] [mss BYTES] [window BYTES] [reject] [IFACE]]

Show the routes; changing them is refused

	-n	Numbers for names
	-e	More of each
	-A inet[6]	The family";

const OPTIONS: Options = Options::new(USAGE, "A:ne").in_order();

const HEAD: &str = "Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
";

const NETSTAT_HEAD: &str = "Kernel IP routing table
Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface
";

/// Which columns follow the flags.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    Route,
    Netstat,
}

/// The routes of a container: by the gateway, then to the networks of its interfaces. Loopback needs none.
pub(super) fn table(p: &Process, columns: Columns, numeric: bool) -> String {
    let (head, rest) = match columns {
        Columns::Route => (HEAD, "0      0        0"),
        Columns::Netstat => (NETSTAT_HEAD, "    0 0          0"),
    };
    let mut text = head.to_owned();
    let mut row = |to: &str, by: &str, mask: &str, flags: &str, name: &str| {
        text += &format!("{to:15.15} {by:15.15} {mask:16}{flags:6}{rest} {name}\n");
    };
    let all = interfaces::all(p);
    if let Some((interface, gateway)) = all.iter().find_map(|found| Some((found, found.gateway?))) {
        let to = if numeric { ANY } else { "default" };
        row(to, &interfaces::text(gateway), ANY, "UG", &interface.name);
    }
    for interface in &all {
        let (mask, network, _) = interfaces::range(interface);
        let by = if numeric { ANY } else { "*" };
        row(&interfaces::text(network), by, &interfaces::text(mask), "U", &interface.name);
    }
    text
}

/// Every address.
const ANY: &str = "0.0.0.0";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if !opts.operands.is_empty() && p.cred().can(Capability::NET_ADMIN) {
        return Err(say::die(p, "changing routes is not simulated").await);
    }
    if !opts.operands.is_empty() {
        return Err(say::die(p, "SIOCADDRT: Operation not permitted").await);
    }
    let columns = if opts.has('e') { Columns::Netstat } else { Columns::Route };
    say::print(p, table(p, columns, opts.has('n'))).await?;
    Ok(Exit(0))
}
