use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "[OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]

Show addresses, routes and links: loopback is all there is

	OPTIONS: -f[amily] inet|inet6|link, -4, -6, -o[neline]";

const LINK: &str = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000\n";
const HARDWARE: &str = "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n";
const V4: &str = "    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n";
const V6: &str = "    inet6 ::1/128 scope host \n       valid_lft forever preferred_lft forever\n";

/// The objects that are known; any beginning of a name stands for it.
const OBJECTS: [&str; 6] = ["address", "route", "link", "tunnel", "neigh", "rule"];

pub(crate) async fn main(p: &mut Process) -> Ended {
    let args = p.args()[1..].to_vec();
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
    if device.as_ref().is_some_and(|device| device != "lo") {
        say::error(p, bytes!("can't find device '{}'", device.unwrap_or_default())).await;
        return Err(Exit(if *object == "link" { 2 } else { 1 }));
    }
    let text = match *object {
        "address" => {
            let hardware = if only("-4") || only("-6") { "" } else { HARDWARE };
            let (v4, v6) = (if only("-6") { "" } else { V4 }, if only("-4") { "" } else { V6 });
            // The queue is not among what IPv6 tells of a link.
            let link = if only("-6") { LINK.replace(" qdisc noqueue", "") } else { LINK.to_owned() };
            format!("{link}{hardware}{v4}{v6}")
        }
        "link" => format!("{LINK}{HARDWARE}"),
        // Loopback needs no route, and there are no neighbours.
        "route" | "neigh" => String::new(),
        other => return Err(say::die(p, format!("{other} is not simulated")).await),
    };
    say::print(p, text).await?;
    Ok(Exit(0))
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
            say::error(p, "RTNETLINK answers: Operation not permitted").await;
            Err(Exit(2))
        }
    }
}
