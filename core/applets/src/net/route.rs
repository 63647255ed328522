use kernel::{Exit, Process};
use vfs::Capability;

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

/// What stands above routes in the form of netstat. There are none: a container without a network has its loopback.
pub(super) const HEAD: &str = "Kernel IP routing table
Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface
";

const LONG_HEAD: &str = "Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if !opts.operands.is_empty() && p.cred().can(Capability::NET_ADMIN) {
        return Err(say::die(p, "changing routes is not simulated").await);
    }
    if !opts.operands.is_empty() {
        return Err(say::die(p, "SIOCADDRT: Operation not permitted").await);
    }
    say::print(p, if opts.has('e') { HEAD } else { LONG_HEAD }).await?;
    Ok(Exit(0))
}
