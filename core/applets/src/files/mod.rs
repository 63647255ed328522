//! Applets that make, change, move and show files.

use crate::frame::table::{Applet, applet};

mod canonical;
mod cat;
mod chgrp;
mod chmod;
mod chown;
mod cmp;
pub(crate) mod copy;
mod cp;
mod dd;
mod du;
mod find;
mod fsync;
mod install;
mod link;
mod ln;
mod ls;
pub(crate) mod mkdir;
mod mkfifo;
mod mknod;
mod mktemp;
pub mod mode;
mod mv;
pub(crate) mod owner;
mod readlink;
mod realpath;
pub(crate) mod rm;
mod rmdir;
mod stat;
mod stat_fs;
mod sync;
mod tee;
mod touch;
mod tree;
mod truncate;
mod unlink;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("cat", Bin, cat),
    applet!("chgrp", Bin, chgrp),
    applet!("chmod", Bin, chmod),
    applet!("chown", Bin, chown),
    applet!("cmp", UsrBin, cmp),
    applet!("cp", Bin, cp),
    applet!("dd", Bin, dd),
    applet!("du", UsrBin, du),
    applet!("find", UsrBin, find),
    applet!("fsync", Bin, fsync),
    applet!("install", UsrBin, install),
    applet!("link", Bin, link),
    applet!("ln", Bin, ln),
    applet!("ls", Bin, ls),
    applet!("mkdir", Bin, mkdir),
    applet!("mkfifo", UsrBin, mkfifo),
    applet!("mknod", Bin, mknod),
    applet!("mktemp", Bin, mktemp),
    applet!("mv", Bin, mv),
    applet!("readlink", UsrBin, readlink),
    applet!("realpath", UsrBin, realpath),
    applet!("rm", Bin, rm),
    applet!("rmdir", Bin, rmdir),
    applet!("stat", Bin, stat),
    applet!("sync", Bin, sync),
    applet!("tee", UsrBin, tee),
    applet!("touch", Bin, touch),
    applet!("tree", UsrBin, tree),
    applet!("truncate", UsrBin, truncate),
    applet!("unlink", UsrBin, unlink),
];
