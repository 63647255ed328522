//! Applets that make, change, move and show files.

use crate::frame::table::{Applet, applet};

mod blockdev;
mod canonical;
mod cat;
mod chattr;
mod chgrp;
mod chmod;
mod chown;
mod cmp;
pub(crate) mod copy;
mod cp;
mod dd;
mod df;
mod du;
mod fallocate;
mod fatattr;
mod find;
mod fsync;
mod install;
mod link;
mod ln;
mod ls;
mod lsattr;
pub(crate) mod mkdir;
mod mkfifo;
mod mknod;
mod mktemp;
pub mod mode;
mod mountpoint;
mod mv;
mod nproc;
pub(crate) mod owner;
mod readlink;
mod realpath;
pub(crate) mod rm;
mod rmdir;
mod run_parts;
mod shred;
mod stat;
mod stat_fs;
mod sync;
mod tee;
mod touch;
mod tree;
mod truncate;
mod unlink;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("blockdev", Sbin, blockdev),
    applet!("cat", Bin, cat),
    applet!("chattr", Bin, chattr),
    applet!("chgrp", Bin, chgrp),
    applet!("chmod", Bin, chmod),
    applet!("chown", Bin, chown),
    applet!("cmp", UsrBin, cmp),
    applet!("cp", Bin, cp),
    applet!("dd", Bin, dd),
    applet!("df", Bin, df),
    applet!("du", UsrBin, du),
    applet!("fallocate", UsrBin, fallocate),
    applet!("fatattr", Bin, fatattr),
    applet!("find", UsrBin, find),
    applet!("fsync", Bin, fsync),
    applet!("install", UsrBin, install),
    applet!("link", Bin, link),
    applet!("ln", Bin, ln),
    applet!("ls", Bin, ls),
    applet!("lsattr", Bin, lsattr),
    applet!("mkdir", Bin, mkdir),
    applet!("mkfifo", UsrBin, mkfifo),
    applet!("mknod", Bin, mknod),
    applet!("mktemp", Bin, mktemp),
    applet!("mountpoint", Bin, mountpoint),
    applet!("mv", Bin, mv),
    applet!("nproc", UsrBin, nproc),
    applet!("readlink", UsrBin, readlink),
    applet!("realpath", UsrBin, realpath),
    applet!("rm", Bin, rm),
    applet!("rmdir", Bin, rmdir),
    applet!("run-parts", Bin, run_parts),
    applet!("shred", UsrBin, shred),
    applet!("stat", Bin, stat),
    applet!("sync", Bin, sync),
    applet!("tee", UsrBin, tee),
    applet!("touch", Bin, touch),
    applet!("tree", UsrBin, tree),
    applet!("truncate", UsrBin, truncate),
    applet!("unlink", UsrBin, unlink),
];
