//! The network: loopback, and what docker connects.

use crate::frame::table::{Applet, applet};

mod ifconfig;
mod interfaces;
mod ip;
mod ipcalc;
mod nc;
mod netstat;
mod nslookup;
mod ping;
mod ping6;
mod resolve;
mod route;
mod wget;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("ifconfig", Sbin, ifconfig),
    applet!("ip", Sbin, ip),
    applet!("ipaddr", Sbin, ip::ipaddr),
    applet!("ipcalc", Bin, ipcalc),
    applet!("iplink", Sbin, ip::iplink),
    applet!("iproute", Sbin, ip::iproute),
    applet!("nc", UsrBin, nc),
    applet!("netstat", Bin, netstat),
    applet!("nslookup", UsrBin, nslookup),
    applet!("ping", Bin, ping),
    applet!("ping6", Bin, ping6),
    applet!("route", Sbin, route),
    applet!("wget", UsrBin, wget),
];
