//! `ulimit`.

use bstr::BString;
use kernel::Process;

use super::{Done, status};
use crate::exec::Machine;

/// Letter, name with unit as `-a` shows it.
const TABLE: &[(u8, &str)] = &[
    (b'c', "core file size (blocks)"),
    (b'd', "data seg size (kb)"),
    (b'e', "scheduling priority"),
    (b'f', "file size (blocks)"),
    (b'i', "pending signals"),
    (b'l', "max locked memory (kb)"),
    (b'm', "max memory size (kb)"),
    (b'n', "open files"),
    (b'q', "POSIX message queues (bytes)"),
    (b'r', "real-time priority"),
    (b's', "stack size (kb)"),
    (b't', "cpu time (seconds)"),
    (b'u', "max user processes"),
    (b'v', "virtual memory (kb)"),
    (b'x', "file locks"),
];

/// The values that a simulated container has; limits other than these are not enforced.
fn value(letter: u8, p: &Process) -> String {
    match letter {
        b'n' => p.limits().files.to_string(),
        b's' => "8192".into(),
        b'l' => "64".into(),
        b'q' => "819200".into(),
        b'c' | b'e' | b'r' => "0".into(),
        _ => "unlimited".into(),
    }
}

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let mut letter = b'f';
    for arg in &args[1..] {
        match arg.as_slice() {
            b"-a" => {
                for (letter, name) in TABLE {
                    let line = format!("{name:<32}(-{}) {}\n", char::from(*letter), value(*letter, p));
                    m.out.extend_from_slice(line.as_bytes());
                }
                return status(0);
            }
            [b'-', letters @ ..] if !letters.is_empty() => {
                for known in letters.iter().filter(|known| !b"HS".contains(known)) {
                    if !TABLE.iter().any(|row| row.0 == *known) {
                        let text = format!("ulimit: unrecognized option: {}\n", char::from(*known));
                        m.err.extend_from_slice(text.as_bytes());
                        return status(1);
                    }
                    letter = *known;
                }
            }
            wanted => {
                let now = value(letter, p);
                if wanted == now.as_bytes() {
                    return status(0);
                }
                m.complain_as_applet("ulimit: setting resource limits is not simulated");
                return status(1);
            }
        }
    }
    let text = value(letter, p);
    m.out.extend_from_slice(text.as_bytes());
    m.out.push(b'\n');
    status(0)
}
