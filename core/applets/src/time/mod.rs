//! The calendar: broken-down times, their formats, time zones and the date texts busybox reads.

use crate::frame::table::{Applet, applet};

pub mod civil;
mod date;
pub mod parse;
pub mod strftime;
pub mod strptime;
pub mod zone;

pub(crate) const APPLETS: &[Applet] = &[applet!("date", Bin, date)];
