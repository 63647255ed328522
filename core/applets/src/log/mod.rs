//! The system's log, and commands at their times.

use crate::frame::table::{Applet, applet};

mod cron;
mod klogd;
mod logger;
mod logread;
mod priority;
mod syslogd;

pub(crate) const APPLETS: &[Applet] = &[
    applet!("crond", UsrSbin, cron),
    applet!("klogd", Sbin, klogd),
    applet!("logger", UsrBin, logger),
    applet!("logread", Sbin, logread),
    applet!("syslogd", Sbin, syslogd),
];
