//! The network: loopback, and what docker connects.

use crate::frame::table::{Applet, applet};

mod ifconfig;
mod interfaces;
mod ip;
mod ipcalc;
mod nc;
mod netstat;
mod ping;
mod resolve;
mod route;
mod wget;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("ifconfig", Sbin, ifconfig),
    applet!("ip", Sbin, ip),
    applet!("ipcalc", Bin, ipcalc),
    applet!("nc", UsrBin, nc),
    applet!("netstat", Bin, netstat),
    applet!("ping", Bin, ping),
    applet!("route", Sbin, route),
    applet!("wget", UsrBin, wget),
];
