//! Running programs in other ways, and what runs already.

use crate::frame::table::{Applet, applet};

mod chroot;
mod flock;
mod fuser;
mod ionice;
mod kill;
mod killall;
mod killall5;
mod linux32;
mod linux64;
mod lsof;
mod nice;
mod nohup;
mod pgrep;
mod pidof;
mod pkill;
mod pmap;
mod ps;
mod pstree;
mod pwdx;
mod renice;
mod setpriv;
mod setsid;
mod signal;
mod table;
mod time;
mod timeout;
mod top;
mod unshare;
mod watch;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("chroot", UsrSbin, chroot),
    applet!("flock", UsrBin, flock),
    applet!("fuser", UsrBin, fuser),
    applet!("ionice", Bin, ionice),
    applet!("kill", Bin, kill),
    applet!("killall", UsrBin, killall),
    applet!("killall5", UsrSbin, killall5),
    applet!("linux32", Bin, linux32),
    applet!("linux64", Bin, linux64),
    applet!("lsof", UsrBin, lsof),
    applet!("nice", UsrBin, nice),
    applet!("nohup", UsrBin, nohup),
    applet!("pgrep", UsrBin, pgrep),
    applet!("pidof", Bin, pidof),
    applet!("pkill", UsrBin, pkill),
    applet!("pmap", UsrBin, pmap),
    applet!("ps", Bin, ps),
    applet!("pstree", UsrBin, pstree),
    applet!("pwdx", UsrBin, pwdx),
    applet!("renice", UsrBin, renice),
    applet!("setpriv", Bin, setpriv),
    applet!("setsid", UsrBin, setsid),
    applet!("time", UsrBin, time),
    applet!("timeout", UsrBin, timeout),
    applet!("top", UsrBin, top),
    applet!("unshare", UsrBin, unshare),
    applet!("watch", Bin, watch),
];
