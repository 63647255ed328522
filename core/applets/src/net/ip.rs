use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Interface, Process};

use super::interfaces;

use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "[OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]

Show addresses, routes and links

	OPTIONS: -f[amily] inet|inet6|link, -4, -6, -o[neline]";

/// `ip address` by its other name.
pub(crate) mod ipaddr {
    pub(crate) use super::main;
    pub(crate) const USAGE: &str =
        "add|del IFADDR dev IFACE | show|flush [dev IFACE] [to PREFIX]\n\nShow addresses";
}

/// `ip link` by its other name.
pub(crate) mod iplink {
    pub(crate) use super::main;
    pub(crate) const USAGE: &str = "set IFACE [up|down] [arp on|off] [multicast on|off]\n\nShow links";
}

/// `ip route` by its other name.
pub(crate) mod iproute {
    pub(crate) use super::main;
    pub(crate) const USAGE: &str = "list|flush|add|del|change|append|replace|test ROUTE\n\nShow routes";
}

const LINK: &str = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000\n";
const HARDWARE: &str = "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n";
const V4: &str = "    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n";
const V6: &str = "    inet6 ::1/128 scope host \n       valid_lft forever preferred_lft forever\n";

/// The objects that are known; any beginning of a name stands for it.
const OBJECTS: [&str; 6] = ["address", "route", "link", "tunnel", "neigh", "rule"];

pub(crate) async fn main(p: &mut Process) -> Ended {
    let mut args = p.args()[1..].to_vec();
    if let Some(object) = say::name(p).strip_prefix(b"ip").filter(|object| !object.is_empty()) {
        args.insert(0, object.into());
    }
    let options = args.iter().take_while(|word| word.starts_with(b"-")).count();
    let (options, words) = args.split_at(options);
    let only = |option: &str| options.iter().any(|word| word == option);
    let object = words.first().and_then(|word| OBJECTS.iter().find(|name| name.as_bytes().starts_with(word)));
    let Some(object) = object else { return Err(usage::misuse(p, USAGE, 1).await) };
    if let Some(option) = options.iter().find(|word| *word != "-4" && *word != "-6") {
        return Err(say::die(p, bytes!("the option {} is not simulated", option)).await);
    }
    let rest: Vec<&BStr> = words[1..].iter().map(|word| word.as_bstr()).collect();
    let device = device(p, &rest).await?;
    let all = interfaces::all(p);
    let known = |name: &BString| {
        name == "lo" || all.iter().any(|interface| interface.name.as_bytes() == name.as_slice())
    };
    if device.as_ref().is_some_and(|device| !known(device)) {
        say::error(p, bytes!("can't find device '{}'", device.unwrap_or_default())).await;
        return Err(Exit(if *object == "link" { 2 } else { 1 }));
    }
    let wanted = |name: &str| device.as_ref().is_none_or(|device| device == name);
    let shown = all.iter().enumerate().filter(|(_, interface)| wanted(&interface.name));
    let text = match *object {
        "address" => {
            let hardware = if only("-4") || only("-6") { "" } else { HARDWARE };
            let (v4, v6) = (if only("-6") { "" } else { V4 }, if only("-4") { "" } else { V6 });
            // The queue is not among what IPv6 tells of a link.
            let link = if only("-6") { LINK.replace(" qdisc noqueue", "") } else { LINK.to_owned() };
            let mut text = if wanted("lo") { format!("{link}{hardware}{v4}{v6}") } else { String::new() };
            for (position, interface) in shown {
                text += &address(position, interface, only("-6"), only("-4"));
            }
            text
        }
        "link" => {
            let mut text = if wanted("lo") { format!("{LINK}{HARDWARE}") } else { String::new() };
            for (position, interface) in shown {
                text += &link(position, interface);
                text += &hardware(interface);
            }
            text
        }
        // Loopback needs no route.
        "route" => routes(shown.map(|(_, interface)| interface)),
        "neigh" => String::new(),
        other => return Err(say::die(p, format!("{other} is not simulated")).await),
    };
    say::print(p, text).await?;
    Ok(Exit(0))
}

fn link(position: usize, interface: &Interface) -> String {
    let number = interfaces::number(position);
    let (name, other) = (&interface.name, number + 1);
    format!(
        "{number}: {name}@if{other}: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue state UP \n"
    )
}

fn hardware(interface: &Interface) -> String {
    format!("    link/ether {} brd ff:ff:ff:ff:ff:ff\n", interfaces::mac(interface.address))
}

fn address(position: usize, interface: &Interface, only_v6: bool, only_v4: bool) -> String {
    if only_v6 {
        return String::new();
    }
    let hardware = if only_v4 { String::new() } else { hardware(interface) };
    let (_, _, broadcast) = interfaces::range(interface);
    format!(
        "{}{hardware}    inet {}/{} brd {} scope global {}\n       valid_lft forever preferred_lft forever\n",
        link(position, interface),
        interfaces::text(interface.address),
        interface.prefix,
        interfaces::text(broadcast),
        interface.name,
    )
}

/// The way out over the first interface that has one, then the networks themselves.
fn routes<'a>(shown: impl Iterator<Item = &'a Interface>) -> String {
    let shown: Vec<&Interface> = shown.collect();
    let mut text = String::new();
    if let Some((interface, gateway)) = shown.iter().find_map(|found| Some((found, found.gateway?))) {
        text += &format!("default via {} dev {} \n", interfaces::text(gateway), interface.name);
    }
    for interface in shown {
        let (_, network, _) = interfaces::range(interface);
        text += &format!(
            "{}/{} dev {} scope link  src {} \n",
            interfaces::text(network),
            interface.prefix,
            interface.name,
            interfaces::text(interface.address),
        );
    }
    text
}

/// The device after `show`, with or without `dev`. Changes are refused: a container may make none.
async fn device(p: &mut Process, words: &[&BStr]) -> Result<Option<BString>, Exit> {
    let shows = |word: &BStr| "show".as_bytes().starts_with(word) || "list".as_bytes().starts_with(word);
    match words {
        [] => Ok(None),
        [first, rest @ ..] if shows(first) => {
            let rest = rest.strip_prefix(&[BStr::new("dev")]).unwrap_or(rest);
            Ok(rest.first().map(|device| (*device).to_owned()))
        }
        _ => {
            let text = match p.cred().can(vfs::Capability::NET_ADMIN) {
                true => "changes of the network are not simulated",
                false => "RTNETLINK answers: Operation not permitted",
            };
            say::error(p, text).await;
            Err(Exit(2))
        }
    }
}
