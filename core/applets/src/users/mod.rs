//! Users, groups and passwords.

use crate::frame::table::{Applet, applet};

mod account;
mod add_shell;
mod addgroup;
mod adduser;
mod chpasswd;
mod crypt;
mod cryptpw;
pub mod database;
mod delgroup;
mod deluser;
mod groups;
mod id;
mod last;
mod login;
mod nologin;
mod obscure;
mod passwd;
mod remove_shell;
mod shells;
pub(crate) mod su;
mod who;
mod whoami;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("add-shell", UsrSbin, add_shell),
    applet!("addgroup", UsrSbin, addgroup),
    applet!("adduser", UsrSbin, adduser),
    applet!("chpasswd", UsrSbin, chpasswd),
    applet!("cryptpw", UsrBin, cryptpw),
    applet!("delgroup", UsrSbin, delgroup),
    applet!("deluser", UsrSbin, deluser),
    applet!("groups", UsrBin, groups),
    applet!("id", UsrBin, id),
    applet!("last", UsrBin, last),
    applet!("login", Bin, login),
    applet!("mkpasswd", UsrBin, cryptpw),
    applet!("nologin", Sbin, nologin),
    applet!("passwd", UsrBin, passwd),
    applet!("remove-shell", UsrSbin, remove_shell),
    applet!("su", Bin, su),
    applet!("who", UsrBin, who),
    applet!("whoami", UsrBin, whoami),
];
