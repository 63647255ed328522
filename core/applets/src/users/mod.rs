//! Users, groups and passwords.

use crate::frame::table::{Applet, applet};

mod account;
mod addgroup;
mod adduser;
mod chpasswd;
mod crypt;
pub mod database;
mod delgroup;
mod deluser;
mod groups;
mod id;
mod nologin;
mod obscure;
mod passwd;
mod su;
mod whoami;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("addgroup", UsrSbin, addgroup),
    applet!("adduser", UsrSbin, adduser),
    applet!("chpasswd", UsrSbin, chpasswd),
    applet!("delgroup", UsrSbin, delgroup),
    applet!("deluser", UsrSbin, deluser),
    applet!("groups", UsrBin, groups),
    applet!("id", UsrBin, id),
    applet!("nologin", Sbin, nologin),
    applet!("passwd", UsrBin, passwd),
    applet!("su", Bin, su),
    applet!("whoami", UsrBin, whoami),
];
