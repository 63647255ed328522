//! Ports of EXPOSE.

use std::net::IpAddr;

use crate::{Vintage, go_quote};

/// What an EXPOSE argument stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortSpec {
    /// The container's ports in order, as `80/tcp`.
    pub ports: Vec<String>,
    /// The protocol as typed; `tcp` when none was.
    pub proto: String,
    /// Whether a host address or host port was given, which EXPOSE does not want.
    pub has_host: bool,
}

/// Why an EXPOSE argument is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{prefix}{reason}")]
pub struct PortError {
    prefix: String,
    reason: String,
}

impl PortError {
    /// The text without BuildKit's `invalid port: "...": `: what the classic builder says.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// Parses `[[ip:]hostport:]port[-port][/proto]`.
///
/// # Errors
/// With the text of the vintage (20.10: go-connections 0.4; current: BuildKit).
pub fn parse_port(spec: &str, vintage: Vintage) -> Result<PortSpec, PortError> {
    let parsed = match vintage {
        Vintage::Docker20_10 => parse_20_10(spec),
        Vintage::Current => match parse_current(spec) {
            Err(Fault::Prefixed(reason)) => {
                return Err(PortError { prefix: format!("invalid port: {}: ", go_quote(spec)), reason });
            }
            Err(Fault::Plain(reason)) => Err(reason),
            Ok(parsed) => Ok(parsed),
        },
    };
    parsed.map_err(|reason| PortError { prefix: String::new(), reason })
}

enum Fault {
    Prefixed(String),
    Plain(String),
}

/// Address, host port, container port.
fn parts(spec: &str) -> (&str, &str, &str) {
    let Some((before, container)) = spec.rsplit_once(':') else { return ("", "", spec) };
    match before.rsplit_once(':') {
        Some((address, host)) => (address, host, container),
        None => ("", before, container),
    }
}

fn parse_current(spec: &str) -> Result<PortSpec, Fault> {
    let (address, host, container) = parts(spec);
    let (port, proto) = container.split_once('/').unwrap_or((container, ""));
    if port.is_empty() {
        return Err(Fault::Prefixed("no port specified".to_owned()));
    }
    let proto = if proto.is_empty() { "tcp" } else { proto };
    if !is_protocol(proto) {
        return Err(Fault::Prefixed(format!("invalid proto: {proto}")));
    }
    let bare = match address.strip_prefix('[') {
        Some(open) => open.strip_suffix(']').ok_or_else(|| {
            Fault::Plain(format!("invalid IP address {address}: address {address}:: missing ']' in address"))
        })?,
        None => address,
    };
    check_address(bare).map_err(|()| Fault::Plain(format!("invalid IP address: {bare}")))?;
    let range = port_range(port).ok_or_else(|| Fault::Plain(format!("invalid containerPort: {port}")))?;
    check_host(host, port, range, "invalid").map_err(Fault::Plain)?;
    Ok(spec_of(range, proto, !address.is_empty() || !host.is_empty()))
}

fn parse_20_10(spec: &str) -> Result<PortSpec, String> {
    let (address, host, container) = parts(spec);
    let mut pieces = container.split('/');
    let (port, proto) = (pieces.next().unwrap_or_default(), pieces.next().unwrap_or_default());
    let bare = match address.strip_prefix('[').and_then(|open| open.strip_suffix(']')) {
        Some(bare) => bare,
        None if address.contains(':') => {
            return Err(format!(
                "Invalid ip address {address}: address {address}:: too many colons in address"
            ));
        }
        None => address,
    };
    check_address(bare).map_err(|()| format!("Invalid ip address: {bare}"))?;
    if port.is_empty() {
        return Err(format!("No port specified: {spec}<empty>"));
    }
    let range = port_range(port).ok_or_else(|| format!("Invalid containerPort: {port}"))?;
    check_host(host, port, range, "Invalid")?;
    let proto = if proto.is_empty() { "tcp" } else { proto };
    if !is_protocol(proto) {
        return Err(format!("Invalid proto: {proto}"));
    }
    Ok(spec_of(range, proto, !address.is_empty() || !host.is_empty()))
}

fn is_protocol(proto: &str) -> bool {
    ["tcp", "udp", "sctp"].iter().any(|known| known.eq_ignore_ascii_case(proto))
}

fn check_address(address: &str) -> Result<(), ()> {
    if address.is_empty() { Ok(()) } else { address.parse::<IpAddr>().map(|_| ()).map_err(|_| ()) }
}

/// A host range must be as long as the container's, or the container's be one port.
fn check_host(host: &str, port: &str, range: (u16, u16), invalid: &str) -> Result<(), String> {
    if host.is_empty() {
        return Ok(());
    }
    let (first, last) = port_range(host).ok_or_else(|| format!("{invalid} hostPort: {host}"))?;
    if range.1 - range.0 != last - first && range.1 != range.0 {
        return Err(format!("{invalid} ranges specified for container and host Ports: {port} and {host}"));
    }
    Ok(())
}

/// `80` or `80-90`, ascending.
fn port_range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (port_number(first)?, port_number(last)?);
    (first <= last).then_some((first, last))
}

fn port_number(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn spec_of((first, last): (u16, u16), proto: &str, has_host: bool) -> PortSpec {
    let lower = proto.to_lowercase();
    let ports = (first..=last).map(|port| format!("{port}/{lower}")).collect();
    PortSpec { ports, proto: proto.to_owned(), has_host }
}
