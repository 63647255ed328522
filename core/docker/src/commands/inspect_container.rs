//! A container as `docker inspect` shows it.

use api::{
    ContainerInspect, ContainerStatus, EndpointView, ImageInspect, MountKind, MountPoint, PortBinding,
};
use serde_json::{Map, Value, json};
use vfs::Time;

use super::port_flags::addresses;

pub(super) fn container_value(container: &ContainerInspect, image: Option<&ImageInspect>) -> Value {
    let summary = &container.summary;
    let id = summary.id.to_string();
    let folder = format!("/var/lib/docker/containers/{id}");
    // Docker writes these files when a container starts for the first time.
    let file = |name: &str| match summary.started {
        Some(_) => format!("{folder}/{name}"),
        None => String::new(),
    };
    let driver = container.host.recorded.get("LogConfig").and_then(|config| config["Type"].as_str());
    let has_file = driver.is_none_or(|driver| driver == "json-file");
    json!({
        "Id": id,
        "Created": summary.created.rfc3339(),
        "Path": container.path,
        "Args": container.args,
        "State": state(container),
        "Image": summary.image_id.to_string(),
        "ResolvConfPath": file("resolv.conf"),
        "HostnamePath": file("hostname"),
        "HostsPath": file("hosts"),
        "LogPath": if has_file { file(&format!("{id}-json.log")) } else { String::new() },
        "Name": format!("/{}", summary.names.first().map_or("", String::as_str)),
        "RestartCount": container.restarts,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "",
        "ExecIDs": Value::Null,
        "HostConfig": super::inspect_host::value(container),
        "GraphDriver": super::inspect_graph::of_container(summary.id, image),
        "Mounts": summary.mounts.iter().filter_map(mount_value).collect::<Vec<_>>(),
        "Config": serde_json::to_value(&container.config).unwrap_or(Value::Null),
        "NetworkSettings": network_settings(container),
    })
}

/// The value with the container's own size and that with its image.
pub(super) fn with_size(value: Value, container: &ContainerInspect, image: u64) -> Value {
    let Value::Object(fields) = value else { return value };
    let mut sized = Map::new();
    for (name, value) in fields {
        if name == "GraphDriver" {
            sized.insert("SizeRw".to_owned(), json!(container.summary.size));
            sized.insert("SizeRootFs".to_owned(), json!(container.summary.size + image));
        }
        sized.insert(name, value);
    }
    Value::Object(sized)
}

fn time(time: Option<Time>) -> String {
    time.map_or("0001-01-01T00:00:00Z".to_owned(), Time::rfc3339)
}

fn state(container: &ContainerInspect) -> Value {
    let summary = &container.summary;
    let status = serde_json::to_value(summary.status).unwrap_or(Value::Null);
    let runs = summary.status != ContainerStatus::Created && summary.status != ContainerStatus::Exited;
    let mut state = json!({
        "Status": status,
        "Running": runs,
        "Paused": summary.status == ContainerStatus::Paused,
        "Restarting": summary.status == ContainerStatus::Restarting,
        "OOMKilled": container.oom_killed,
        "Dead": false,
        "Pid": if runs { 1 } else { 0 },
        "ExitCode": summary.exit_code,
        "Error": container.error,
        "StartedAt": time(summary.started),
        "FinishedAt": time(summary.finished),
    });
    if !summary.health.is_empty() || !container.probes.is_empty() {
        let log = container.probes.iter().map(|probe| {
            json!({
                "Start": probe.start.rfc3339(),
                "End": probe.end.rfc3339(),
                "ExitCode": probe.exit_code,
                "Output": probe.output,
            })
        });
        state["Health"] = json!({
            "Status": if summary.health.is_empty() { "unhealthy" } else { &summary.health },
            "FailingStreak": container.failing_streak,
            "Log": log.collect::<Vec<_>>(),
        });
    }
    state
}

/// An empty list as Go marshals a slice that was never made.
pub(super) fn or_null<T: serde::Serialize>(list: &[T]) -> Value {
    if list.is_empty() { Value::Null } else { json!(list) }
}

/// The ports by the container's side; those that are only exposed are null.
fn ports(ports: &[PortBinding]) -> Map<String, Value> {
    let mut shown = Map::new();
    for port in ports {
        let Some(number) = port.host_port else {
            shown.entry(port.container.clone()).or_insert(Value::Null);
            continue;
        };
        for address in addresses(port) {
            let entry = json!({ "HostIp": address, "HostPort": number.to_string() });
            if let Value::Array(list) = shown.entry(port.container.clone()).or_insert_with(|| json!([])) {
                list.push(entry);
            }
        }
    }
    shown
}

fn network_settings(container: &ContainerInspect) -> Value {
    let endpoints = &container.summary.endpoints;
    let bridge = endpoints.iter().find(|endpoint| endpoint.network == "bridge").cloned().unwrap_or_default();
    let mut networks: Map<String, Value> =
        endpoints.iter().map(|endpoint| (endpoint.network.clone(), endpoint_value(endpoint))).collect();
    // Links on the default network stand with the host's options.
    if let Some(own) =
        networks.get_mut(&container.host.network).filter(|_| container.host.network != "bridge")
    {
        own["Links"] = or_null(&container.host.links);
    }
    let runs = !matches!(container.summary.status, ContainerStatus::Created | ContainerStatus::Exited);
    let sandbox = match container.summary.started {
        Some(_) if runs => digest::sha256(format!("sandbox {}", container.summary.id)).hex(),
        _ => String::new(),
    };
    let key = match sandbox.as_str() {
        "" => String::new(),
        _ if container.host.network == "host" => "/var/run/docker/netns/default".to_owned(),
        sandbox => format!("/var/run/docker/netns/{}", &sandbox[..12]),
    };
    json!({
        "Bridge": "",
        "SandboxID": sandbox,
        "HairpinMode": false,
        "LinkLocalIPv6Address": "",
        "LinkLocalIPv6PrefixLen": 0,
        "Ports": ports(&container.summary.ports),
        "SandboxKey": key,
        "SecondaryIPAddresses": Value::Null,
        "SecondaryIPv6Addresses": Value::Null,
        "EndpointID": bridge.id.map(|id| id.to_string()).unwrap_or_default(),
        "Gateway": bridge.gateway,
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "IPAddress": bridge.address,
        "IPPrefixLen": bridge.prefix,
        "IPv6Gateway": "",
        "MacAddress": bridge.mac,
        "Networks": networks,
    })
}

fn endpoint_value(endpoint: &EndpointView) -> Value {
    let config = match endpoint.requested.is_empty() {
        true => Value::Null,
        false => json!({ "IPv4Address": endpoint.requested }),
    };
    json!({
        "IPAMConfig": config,
        "Links": Value::Null,
        "Aliases": or_null(&endpoint.aliases),
        "NetworkID": endpoint.network_id.map(|id| id.to_string()).unwrap_or_default(),
        "EndpointID": endpoint.id.map(|id| id.to_string()).unwrap_or_default(),
        "Gateway": endpoint.gateway,
        "IPAddress": endpoint.address,
        "IPPrefixLen": endpoint.prefix,
        "IPv6Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "MacAddress": endpoint.mac,
        "DriverOpts": Value::Null,
    })
}

/// An entry of `.Mounts`; `--tmpfs` shows elsewhere.
fn mount_value(mount: &MountPoint) -> Option<Value> {
    let writable = !mount.read_only;
    Some(match mount.kind {
        MountKind::Volume => json!({
            "Type": "volume",
            "Name": mount.name,
            "Source": format!("/var/lib/docker/volumes/{}/_data", mount.name),
            "Destination": mount.destination,
            "Driver": "local",
            "Mode": mount.mode,
            "RW": writable,
            "Propagation": "",
        }),
        MountKind::Bind => json!({
            "Type": "bind",
            "Source": mount.source,
            "Destination": mount.destination,
            "Mode": mount.mode,
            "RW": writable,
            "Propagation": "rprivate",
        }),
        MountKind::Tmpfs => return None,
    })
}
