//! Facilities and levels of messages, and how messages get to the log.

use bstr::{BStr, BString, ByteSlice};
use kernel::Process;

use crate::frame::stream;
use crate::time::strftime;

/// Where the log listens.
pub(super) const SOCKET: &str = "/dev/log";
/// The key of the log that is kept in memory.
pub(super) const BUFFER: u32 = 0x414e_4547;

const FACILITIES: [(&str, u8); 21] = [
    ("auth", 4),
    ("authpriv", 10),
    ("cron", 9),
    ("daemon", 3),
    ("ftp", 11),
    ("kern", 0),
    ("lpr", 6),
    ("mail", 2),
    ("news", 7),
    ("syslog", 5),
    ("user", 1),
    ("uucp", 8),
    ("security", 4),
    ("local0", 16),
    ("local1", 17),
    ("local2", 18),
    ("local3", 19),
    ("local4", 20),
    ("local5", 21),
    ("local6", 22),
    ("local7", 23),
];
const LEVELS: [(&str, u8); 11] = [
    ("alert", 1),
    ("crit", 2),
    ("debug", 7),
    ("emerg", 0),
    ("err", 3),
    ("error", 3),
    ("info", 6),
    ("notice", 5),
    ("panic", 0),
    ("warn", 4),
    ("warning", 4),
];

/// `user.notice`
pub(super) const USUAL: u8 = 8 + 5;
/// `syslog.info`
pub(super) const OWN: u8 = 5 * 8 + 6;

/// `FACILITY.LEVEL`, or a level alone; the part that is no name is the error.
pub(super) fn parse(text: &BStr) -> Result<u8, (&'static str, &BStr)> {
    let find = |names: &[(&str, u8)], name: &[u8]| {
        names.iter().find(|(known, _)| known.as_bytes() == name).map(|(_, value)| *value)
    };
    let (facility, level) = match text.split_once_str(".") {
        Some((facility, level)) => {
            (find(&FACILITIES, facility).ok_or(("facility", facility.as_bstr()))?, level)
        }
        None => (1, text.as_bytes()),
    };
    Ok(facility * 8 + find(&LEVELS, level).ok_or(("priority", level.as_bstr()))?)
}

/// `user.notice`; facilities without a name are numbers.
pub(super) fn name(priority: u8) -> String {
    let find = |names: &[(&'static str, u8)], wanted: u8| {
        names.iter().find(|(_, value)| *value == wanted).map(|(name, _)| (*name).to_owned())
    };
    let facility = find(&FACILITIES, priority / 8);
    let level = find(&LEVELS, priority % 8);
    match (facility, level) {
        (Some(facility), Some(level)) => format!("{facility}.{level}"),
        _ => format!("<{priority}>"),
    }
}

/// `Nov 23 18:58:37`
pub(super) fn stamp(p: &Process) -> BString {
    strftime::strftime(b"%b %e %H:%M:%S", p.now().secs())
}

/// Sends a message to the log; without syslogd nobody keeps it.
pub(super) async fn send(p: &mut Process, priority: u8, tag: &BStr, message: &BStr) {
    let Ok(fd) = p.connect_datagram_at(SOCKET) else { return };
    let text = bytes!("<{}>{} {}: {}", priority.to_string(), stamp(p), tag, message);
    // Nobody is told that it got lost.
    let _ = p.write(fd, &text).await;
    stream::close(p, fd);
}
