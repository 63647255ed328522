use bstr::ByteSlice;
use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "

Show what every process has open";

pub(crate) async fn main(p: &mut Process) -> Ended {
    for pid in p.processes() {
        let Ok(exe) = p.readlink(format!("/proc/{pid}/exe")) else { continue };
        let Ok(entries) = p.read_dir(format!("/proc/{pid}/fd")) else { continue };
        let mut descriptors: Vec<u32> =
            entries.iter().filter_map(|entry| entry.name.to_str().ok()?.parse().ok()).collect();
        descriptors.sort_unstable();
        for fd in descriptors {
            if let Ok(path) = p.readlink(format!("/proc/{pid}/fd/{fd}")) {
                let line = bytes!("{}\t{}\t{}\t{}\n", pid.to_string(), exe, fd.to_string(), path);
                say::print(p, line).await?;
            }
        }
    }
    Ok(Exit(0))
}
