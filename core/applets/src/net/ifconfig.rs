use kernel::{Exit, Process};
use vfs::Errno;

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-a] [IFACE]

Show the interfaces: loopback is all there is";

const LOOPBACK: &str = "lo        Link encap:Local Loopback  
          inet addr:127.0.0.1  Mask:255.0.0.0
          inet6 addr: ::1/128 Scope:Host
          UP LOOPBACK RUNNING  MTU:65536  Metric:1
          RX packets:0 errors:0 dropped:0 overruns:0 frame:0
          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0
          collisions:0 txqueuelen:1000 
          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)

";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    let mut words = words.iter().filter(|word| *word != "-a");
    match words.next() {
        Some(name) if name != "lo" => {
            let message = bytes!("{}: error fetching interface information: Device not found", name);
            return Err(say::die(p, message).await);
        }
        _ => {}
    }
    if words.next().is_some() {
        // No container may change an interface.
        return Err(say::die_errno(p, "SIOCSIFFLAGS", Errno::EPERM).await);
    }
    say::print(p, LOOPBACK).await?;
    Ok(Exit(0))
}
