//! The programs of musl-utils: Alpine has them beside busybox, so that they are no applets but played as ones.

use crate::frame::table::{Applet, applet};

mod getconf;
mod getent;

pub(crate) const PROGRAMS: &[Applet] =
    &[applet!("getconf", UsrBin, getconf), applet!("getent", UsrBin, getent)];
