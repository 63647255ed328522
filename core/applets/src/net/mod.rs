//! The network: loopback is all there is.

use crate::frame::table::{Applet, applet};

mod nc;
mod resolve;
mod wget;

pub(crate) const APPLETS: &[Applet] = &[applet!("nc", UsrBin, nc), applet!("wget", UsrBin, wget)];
