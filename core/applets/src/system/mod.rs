//! What kind of machine this is.

use crate::frame::table::{Applet, applet};

mod arch;
mod clear;
mod crontab;
mod dmesg;
mod dnsdomainname;
mod free;
mod halt;
mod hostid;
mod hostname;
pub(crate) mod hosts;
mod ipcs;
mod mesg;
mod mount;
mod reset;
mod resize;
mod stty;
mod sysctl;
mod tty;
mod ttysize;
mod umount;
mod uname;
mod uptime;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("arch", Bin, arch),
    applet!("clear", UsrBin, clear),
    applet!("crontab", UsrBin, crontab),
    applet!("dmesg", Bin, dmesg),
    applet!("dnsdomainname", Bin, dnsdomainname),
    applet!("free", UsrBin, free),
    applet!("halt", Sbin, halt),
    applet!("hostid", UsrBin, hostid),
    applet!("hostname", Bin, hostname),
    applet!("ipcs", UsrBin, ipcs),
    applet!("mesg", UsrBin, mesg),
    applet!("mount", Bin, mount),
    applet!("poweroff", Sbin, halt::poweroff),
    applet!("reboot", Sbin, halt::reboot),
    applet!("reset", UsrBin, reset),
    applet!("resize", UsrBin, resize),
    applet!("stty", Bin, stty),
    applet!("sysctl", Sbin, sysctl),
    applet!("tty", UsrBin, tty),
    applet!("ttysize", UsrBin, ttysize),
    applet!("umount", Bin, umount),
    applet!("uname", Bin, uname),
    applet!("uptime", UsrBin, uptime),
];
