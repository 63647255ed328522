//! The calendar: broken-down times, their formats and the date texts busybox reads. All in UTC.

pub mod civil;
pub mod parse;
pub mod strftime;
pub mod strptime;
