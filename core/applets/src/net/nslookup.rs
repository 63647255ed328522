use bstr::{BStr, BString, ByteSlice};
use kernel::{Address, Exit, Process};

use super::interfaces;
use crate::frame::table::Ended;
use crate::frame::{say, stream, usage};

pub(crate) const USAGE: &str = "[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]

Ask a name server about HOST

QUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any";

const TYPES: [&str; 10] = ["soa", "ns", "a", "aaaa", "cname", "mx", "txt", "ptr", "srv", "any"];
/// Whom it asks where /etc/resolv.conf names nobody.
const SELF: &str = "127.0.0.1";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    let (options, operands) = words.split_at(words.iter().take_while(|word| word.starts_with(b"-")).count());
    let (mut v4, mut v6) = (true, true);
    for option in options.iter().filter(|option| *option != "-debug") {
        match kind(option.as_bstr()) {
            Some("a") => v6 = false,
            Some("aaaa") => v4 = false,
            Some(other) => return Err(say::die(p, format!("-type={other} is not simulated")).await),
            None => {
                let text = bytes!("invalid option '{}'", option);
                return Err(say::die(p, text).await);
            }
        }
    }
    let (host, server) = match operands {
        [host] => (host, server(p).await),
        [host, server] => (host, server.clone()),
        _ => return Err(usage::misuse(p, USAGE, 1).await),
    };
    if server == SELF {
        return unanswered(p, server.as_bstr()).await;
    }
    let found = p.look_up(host).await;
    if found.is_empty() && p.interfaces().is_empty() {
        return unanswered(p, server.as_bstr()).await;
    }
    say::print(p, bytes!("Server:\t\t{}\nAddress:\t{}:53\n\n", server, server)).await?;
    for asked in [v4.then_some(&found[..]), v6.then_some(&[][..])].into_iter().flatten() {
        let answer = if found.is_empty() {
            bytes!("** server can't find {}: NXDOMAIN\n\n", host)
        } else {
            records(host, asked)
        };
        say::print(p, answer).await?;
    }
    Ok(Exit(u8::from(found.is_empty())))
}

/// `-type=TYPE`, `-querytype=TYPE`.
fn kind(option: &BStr) -> Option<&'static str> {
    let (name, value) = option.split_once_str("=")?;
    let value = value.to_ascii_lowercase();
    let known = matches!(name, b"-type" | b"-t" | b"-q" | b"-querytype" | b"-query");
    TYPES.into_iter().find(|known| known.as_bytes() == value).filter(|_| known)
}

fn records(host: &BString, addresses: &[Address]) -> BString {
    let mut text = BString::from("Non-authoritative answer:\n");
    for address in addresses {
        text.extend_from_slice(&bytes!("Name:\t{}\nAddress: {}\n", host, interfaces::text(*address)));
    }
    text.push(b'\n');
    text
}

async fn server(p: &mut Process) -> BString {
    let text = stream::read_operand(p, "/etc/resolv.conf".into()).await.unwrap_or_default();
    let named = text.lines().find_map(|line| line.strip_prefix(b"nameserver").map(<[u8]>::trim_ascii));
    named.map_or_else(|| SELF.into(), BString::from)
}

/// Nobody listens there.
async fn unanswered(p: &mut Process, server: &BStr) -> Ended {
    say::error(p, bytes!("write to '{}': Connection refused", server)).await;
    say::print(p, ";; connection timed out; no servers could be reached\n\n").await?;
    Ok(Exit(1))
}
