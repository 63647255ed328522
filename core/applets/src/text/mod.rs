//! Applets that read text: search, cut, sort, count, compare, edit.

use crate::frame::table::{Applet, applet};

mod cut;
mod grep;
mod head;
mod sed;
mod tail;
mod tr;
mod wc;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("cut", UsrBin, cut),
    applet!("egrep", Bin, grep),
    applet!("fgrep", Bin, grep),
    applet!("grep", Bin, grep),
    applet!("head", UsrBin, head),
    applet!("sed", Bin, sed),
    applet!("tail", UsrBin, tail),
    applet!("tr", UsrBin, tr),
    applet!("wc", UsrBin, wc),
];
