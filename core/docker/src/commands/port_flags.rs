//! `-p` and `--expose`.

use api::PortBinding;

/// Takes one `-p` apart: `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, each port alone or a range.
///
/// # Errors
/// The complaint in docker's words.
pub(super) fn publish(text: &str) -> Result<Vec<PortBinding>, String> {
    let (rest, protocol) = protocol(text)?;
    let parts: Vec<&str> = rest.rsplitn(3, ':').collect();
    let (container, host, ip) = match parts[..] {
        [container] => (container, "", ""),
        [container, host] => (container, host, ""),
        [container, host, ip] => (container, host, ip),
        _ => return Err(format!("Invalid containerPort: {text}")),
    };
    if ip.contains(':') && !ip.starts_with('[') {
        return Err(format!("Invalid ip address {ip}: address {ip}:: too many colons in address"));
    }
    if !ip.is_empty() && ip.parse::<std::net::Ipv4Addr>().is_err() {
        return Err(format!("Invalid ip address: {ip}"));
    }
    if container.is_empty() {
        return Err(format!("No port specified: {text}<empty>"));
    }
    let (first, last) = range(container).ok_or_else(|| format!("Invalid containerPort: {container}"))?;
    let ours = match host {
        "" => None,
        host => Some(range(host).ok_or_else(|| format!("Invalid hostPort: {host}"))?),
    };
    let count = last - first;
    match ours {
        // A range of the host for one port: the first free one; here the first.
        Some((low, high)) if high - low != count && count != 0 => {
            return Err(format!(
                "Invalid ranges specified for container and host Ports: {container} and {host}"
            ));
        }
        _ => {}
    }
    let binding = |offset: u16| PortBinding {
        container: format!("{}/{protocol}", first + offset),
        host_ip: ip.to_owned(),
        host_port: ours.map(|(low, _)| low + offset),
    };
    Ok((0..=count).map(binding).collect())
}

/// Takes one `--expose` apart.
///
/// # Errors
/// The complaint in docker's words.
pub(super) fn expose(text: &str) -> Result<Vec<String>, String> {
    if text.contains(':') {
        return Err(format!("invalid port format for --expose: {text}"));
    }
    let (ports, protocol) = protocol(text)?;
    let (first, last) = range(ports)
        .ok_or_else(|| format!("invalid range format for --expose: {text}, error: {}", reason(ports)))?;
    Ok((first..=last).map(|port| format!("{port}/{protocol}")).collect())
}

fn reason(part: &str) -> String {
    match part.parse::<u64>() {
        Ok(_) => format!("strconv.ParseUint: parsing \"{part}\": value out of range"),
        Err(_) => format!("strconv.ParseUint: parsing \"{part}\": invalid syntax"),
    }
}

/// The ports that a filter means: `80`, `80/udp`, `80-90`.
///
/// # Errors
/// Go's complaint.
pub(super) fn range_of(text: &str) -> Result<(u16, u16, String), String> {
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let is_bad = |part: &&str| part.parse::<u16>().is_err();
    match (ports.split('-').find(is_bad), range(ports)) {
        (None, Some((first, last))) => Ok((first, last, protocol.to_owned())),
        (bad, _) => Err(reason(bad.unwrap_or(ports))),
    }
}

/// Whether one of the ports is among the wanted ones, by its number on the host or its own.
pub(super) fn has_any(ports: &[PortBinding], wanted: &(u16, u16, String), on_host: bool) -> bool {
    let (first, last, protocol) = wanted;
    ports.iter().any(|port| {
        let (number, kind) = port.container.split_once('/').unwrap_or((&port.container, "tcp"));
        let number = if on_host { port.host_port } else { number.parse().ok() };
        kind == protocol && number.is_some_and(|number| (*first..=*last).contains(&number))
    })
}

fn protocol(text: &str) -> Result<(&str, &str), String> {
    match text.rsplit_once('/') {
        None => Ok((text, "tcp")),
        Some((rest, protocol @ ("tcp" | "udp" | "sctp"))) => Ok((rest, protocol)),
        Some((_, other)) => Err(format!("Invalid proto: {other}")),
    }
}

fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

/// The ports of a container as `docker ps` shows them: neighbours that are not published, or published under their own
/// numbers, as ranges.
pub(super) fn shown(ports: &[PortBinding]) -> String {
    let mut rows: Vec<(u16, &str, Option<u16>, &str)> = Vec::new();
    for port in ports {
        let (number, protocol) = port.container.split_once('/').unwrap_or((&port.container, "tcp"));
        let Ok(number) = number.parse() else { continue };
        for ip in addresses(port) {
            rows.push((number, ip, port.host_port, protocol));
        }
    }
    rows.sort();
    let mut groups: Vec<(String, u16, u16)> = Vec::new();
    let (mut done, mut mapped) = (Vec::new(), Vec::new());
    for (number, ip, host, protocol) in rows {
        if let Some(host) = host.filter(|host| *host != number) {
            mapped.push(format!("{ip}:{host}->{number}/{protocol}"));
            continue;
        }
        let key = if ip.is_empty() { protocol.to_owned() } else { format!("{ip}/{protocol}") };
        match groups.iter_mut().find(|group| group.0 == key) {
            Some((_, _, last)) if number == *last + 1 => *last = number,
            Some((key, first, last)) => {
                done.push(group(key, *first, *last));
                (*first, *last) = (number, number);
            }
            None => groups.push((key, number, number)),
        }
    }
    done.extend(groups.iter().map(|(key, first, last)| group(key, *first, *last)));
    done.extend(mapped);
    done.join(", ")
}

fn group(key: &str, first: u16, last: u16) -> String {
    let (ip, protocol) = key.split_once('/').map_or(("", key), |(ip, protocol)| (ip, protocol));
    let ports = if first == last { first.to_string() } else { format!("{first}-{last}") };
    match ip {
        "" => format!("{ports}/{protocol}"),
        ip => format!("{ip}:{ports}->{ports}/{protocol}"),
    }
}

/// The addresses of the host that a port is published on; an empty one where it is not.
pub(super) fn addresses(port: &PortBinding) -> Vec<&str> {
    match (port.host_port, port.host_ip.as_str()) {
        (None, _) => vec![""],
        (_, "") => vec!["0.0.0.0", "::"],
        (_, ip) => vec![ip],
    }
}
