//! The network: loopback is all there is.

use crate::frame::table::{Applet, applet};

mod ipcalc;
mod nc;
mod ping;
mod resolve;
mod wget;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("ipcalc", Bin, ipcalc),
    applet!("nc", UsrBin, nc),
    applet!("ping", Bin, ping),
    applet!("wget", UsrBin, wget),
];
