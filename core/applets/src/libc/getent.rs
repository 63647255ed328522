use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::table::Ended;
use crate::frame::{say, stream};
use crate::system::hosts::{self, Host};
use crate::users::database::{self, GROUP, PASSWD, SHADOW};

/// The program knows no `--help`.
pub(crate) const USAGE: &str = "";

const MISUSE: &str = "Usage: getent database [key ...]\n\tdatabase may be one of:\n\t\t\
                      ethers group hosts ahosts ahostsv4 ahostsv6 networks\n\t\t\
                      passwd protocols services shadow shells\n";

/// A key is not in the database.
const MISSING: Exit = Exit(2);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    let Some((name, keys)) = words.split_first() else {
        p.eprint(MISUSE).await;
        return Err(Exit(1));
    };
    match name.as_slice() {
        b"passwd" => lines(p, PASSWD, 2, keys).await,
        b"group" => lines(p, GROUP, 2, keys).await,
        b"shadow" => lines(p, SHADOW, usize::MAX, keys).await,
        b"shells" if keys.is_empty() => copy(p, "/etc/shells").await,
        b"hosts" if keys.is_empty() => every_host(p).await,
        b"hosts" => known_hosts(p, keys).await,
        b"ahosts" | b"ahostsv4" | b"ahostsv6" => addresses(p, name.as_bstr(), keys).await,
        b"ethers" | b"networks" | b"protocols" | b"services" | b"shells" => {
            Err(say::die(p, bytes!("the database {} is not simulated", name)).await)
        }
        _ => {
            say::error(p, bytes!("Unknown database `{}': No error information", name)).await;
            p.eprint(MISUSE).await;
            Err(Exit(1))
        }
    }
}

/// Lines of a file by name, or by the number in field `id`.
async fn lines(p: &mut Process, path: &str, id: usize, keys: &[BString]) -> Ended {
    let text = stream::read_operand(p, path.into()).await.unwrap_or_default();
    if keys.is_empty() {
        say::print(p, text).await?;
        return Ok(Exit(0));
    }
    for key in keys {
        let is_number = database::number(key).is_some();
        let found = text.lines().find(|line| {
            let fields: Vec<&[u8]> = line.split_str(":").collect();
            let field = if is_number { fields.get(id) } else { fields.first() };
            field.is_some_and(|field| *field == key.as_slice())
        });
        match found {
            Some(line) => say::print(p, bytes!("{}\n", line)).await?,
            None => return Ok(MISSING),
        }
    }
    Ok(Exit(0))
}

async fn copy(p: &mut Process, path: &str) -> Ended {
    let text = stream::read_operand(p, path.into()).await.unwrap_or_default();
    say::print(p, text).await?;
    Ok(Exit(0))
}

fn host_line(host: &Host, aliases: &[&BStr]) -> BString {
    let address = format!("{:16}", host.address.to_str_lossy());
    bytes!("{}  {}  {}\n", address, host.names[0], bstr::join(" ", aliases))
}

async fn every_host(p: &mut Process) -> Ended {
    for host in hosts::all(p).await {
        let line = host_line(&host, &[host.names[0].as_bstr()]);
        say::print(p, line).await?;
    }
    Ok(Exit(0))
}

/// By name or by address.
async fn known_hosts(p: &mut Process, keys: &[BString]) -> Ended {
    for key in keys {
        let by_name = hosts::find(p, key.as_bstr()).await;
        let all = if by_name.is_empty() { hosts::all(p).await } else { by_name };
        let found = all.iter().find(|host| host.address == *key || host.names.contains(key));
        let Some(host) = found else { return Ok(MISSING) };
        let canonical = host.names[0].as_bstr();
        let line = if canonical == key.as_bstr() || host.address == *key {
            host_line(host, &[canonical])
        } else {
            host_line(host, &[canonical, key.as_bstr()])
        };
        say::print(p, line).await?;
    }
    Ok(Exit(0))
}

/// Each address with the kinds of sockets it can have.
async fn addresses(p: &mut Process, database: &BStr, keys: &[BString]) -> Ended {
    for key in keys {
        let mut found = hosts::find(p, key.as_bstr()).await;
        let is_v6 = |host: &Host| host.address.contains(&b':');
        match database.as_bytes() {
            b"ahostsv4" => found.retain(|host| !is_v6(host)),
            b"ahostsv6" if found.iter().any(is_v6) => found.retain(is_v6),
            // An IPv4 address has a mapped one in IPv6.
            b"ahostsv6" => found.iter_mut().for_each(|host| host.address = bytes!("::ffff:{}", host.address)),
            _ => {}
        }
        if found.is_empty() {
            return Ok(MISSING);
        }
        for host in found {
            for kind in ["STREAM", "DGRAM "] {
                let address = format!("{:15}", host.address.to_str_lossy());
                say::print(p, bytes!("{} {} {}\n", address, kind, host.names[0])).await?;
            }
        }
    }
    Ok(Exit(0))
}
