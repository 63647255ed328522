use kernel::{Exit, Interface, Process};
use vfs::{Capability, Errno};

use super::interfaces;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-a] [IFACE]

Show the interfaces";

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
        Some(name)
            if name != "lo"
                && !interfaces::all(p).iter().any(|found| found.name.as_bytes() == name.as_slice()) =>
        {
            let message = bytes!("{}: error fetching interface information: Device not found", name);
            return Err(say::die(p, message).await);
        }
        _ => {}
    }
    if words.next().is_some() {
        if p.cred().can(Capability::NET_ADMIN) {
            return Err(say::die(p, "changing an interface is not simulated").await);
        }
        // No container may change an interface.
        return Err(say::die_errno(p, "SIOCSIFFLAGS", Errno::EPERM).await);
    }
    let wanted = p.args()[1..].iter().find(|word| *word != "-a").cloned();
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted == name);
    for interface in interfaces::all(p).iter().filter(|interface| is_wanted(&interface.name)) {
        say::print(p, ethernet(interface)).await?;
    }
    if is_wanted("lo") {
        say::print(p, LOOPBACK).await?;
    }
    Ok(Exit(0))
}

fn ethernet(interface: &Interface) -> String {
    let (mask, _, broadcast) = interfaces::range(interface);
    format!(
        "{:<10}Link encap:Ethernet  HWaddr {}  \n          inet addr:{}  Bcast:{}  Mask:{}\n          UP BROADCAST RUNNING \
         MULTICAST  MTU:1500  Metric:1\n          RX packets:0 errors:0 dropped:0 overruns:0 frame:0\n          TX packets:0 \
         errors:0 dropped:0 overruns:0 carrier:0\n          collisions:0 txqueuelen:0 \n          RX bytes:0 (0.0 B)  TX \
         bytes:0 (0.0 B)\n\n",
        interface.name,
        interfaces::mac(interface.address).to_uppercase(),
        interfaces::text(interface.address),
        interfaces::text(broadcast),
        interfaces::text(mask),
    )
}
