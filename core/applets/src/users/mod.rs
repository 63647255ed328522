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
mod obscure;
mod passwd;
mod whoami;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("addgroup", UsrSbin, addgroup),
    applet!("adduser", UsrSbin, adduser),
    applet!("chpasswd", UsrSbin, chpasswd),
    applet!("delgroup", UsrSbin, delgroup),
    applet!("deluser", UsrSbin, deluser),
    applet!("groups", UsrBin, groups),
    applet!("id", UsrBin, id),
    applet!("passwd", UsrBin, passwd),
    applet!("whoami", UsrBin, whoami),
];
