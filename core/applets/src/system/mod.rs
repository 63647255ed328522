//! What kind of machine this is.

use crate::frame::table::{Applet, applet};

mod arch;
mod dnsdomainname;
mod hostid;
mod hostname;
pub(crate) mod hosts;
mod tty;
mod uname;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("arch", Bin, arch),
    applet!("dnsdomainname", Bin, dnsdomainname),
    applet!("hostid", UsrBin, hostid),
    applet!("hostname", Bin, hostname),
    applet!("tty", UsrBin, tty),
    applet!("uname", Bin, uname),
];
