//! Running programs in other ways, and what runs already.

use crate::frame::table::{Applet, applet};

mod chroot;
mod ionice;
mod kill;
mod killall;
mod linux64;
mod nice;
mod nohup;
mod pgrep;
mod pidof;
mod pkill;
mod ps;
mod pwdx;
mod renice;
mod setsid;
mod signal;
mod table;
mod time;
mod timeout;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("chroot", UsrSbin, chroot),
    applet!("ionice", Bin, ionice),
    applet!("kill", Bin, kill),
    applet!("killall", UsrBin, killall),
    applet!("linux64", Bin, linux64),
    applet!("nice", UsrBin, nice),
    applet!("nohup", UsrBin, nohup),
    applet!("pgrep", UsrBin, pgrep),
    applet!("pidof", Bin, pidof),
    applet!("pkill", UsrBin, pkill),
    applet!("ps", Bin, ps),
    applet!("pwdx", UsrBin, pwdx),
    applet!("renice", UsrBin, renice),
    applet!("setsid", UsrBin, setsid),
    applet!("time", UsrBin, time),
    applet!("timeout", UsrBin, timeout),
];
