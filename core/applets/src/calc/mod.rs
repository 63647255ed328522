//! Calculators.

use crate::frame::table::{Applet, applet};

mod bc;
mod dc;
mod decimal;
mod fault;
mod functions;
mod printer;
mod source;
mod work;

pub(crate) const APPLETS: &[Applet] = &[applet!("bc", UsrBin, bc), applet!("dc", UsrBin, dc)];
