//! Applets that make, change, move and show files.

use crate::frame::table::{Applet, applet};

mod cat;
mod copy;
mod cp;
mod mkdir;
pub mod mode;
mod rm;
mod rmdir;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("cat", Bin, cat),
    applet!("cp", Bin, cp),
    applet!("mkdir", Bin, mkdir),
    applet!("rm", Bin, rm),
    applet!("rmdir", Bin, rmdir),
];
