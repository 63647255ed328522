//! Programs that Alpine has beside busybox, of musl-utils, scanelf and packages: they are no applets but played as ones.

use crate::frame::table::{Applet, applet};

mod elf;
mod getconf;
mod getent;
mod iconv;
mod ld_musl;
mod ldconfig;
mod patch;
mod scanelf;
mod update_ca_certificates;

pub(crate) const PROGRAMS: &[Applet] = &[
    applet!("getconf", UsrBin, getconf),
    applet!("getent", UsrBin, getent),
    applet!("iconv", UsrBin, iconv),
    applet!("ld-musl-x86_64.so.1", Bin, ld_musl),
    applet!("ldconfig", Sbin, ldconfig),
    applet!("patch", UsrBin, patch),
    applet!("scanelf", UsrBin, scanelf),
    applet!("update-ca-certificates", UsrSbin, update_ca_certificates),
];
