//! A container as `docker inspect` shows it.

use api::{ContainerInspect, ContainerStatus, EndpointView, MountKind, MountPoint, PortBinding};
use serde_json::{Map, Value, json};
use vfs::Time;

use super::port_flags::addresses;

pub(super) fn container_value(container: &ContainerInspect) -> Value {
    let summary = &container.summary;
    let id = summary.id.to_string();
    let folder = format!("/var/lib/docker/containers/{id}");
    json!({
        "Id": id,
        "Created": summary.created.rfc3339(),
        "Path": container.path,
        "Args": container.args,
        "State": state(container),
        "Image": summary.image_id.to_string(),
        "ResolvConfPath": format!("{folder}/resolv.conf"),
        "HostnamePath": format!("{folder}/hostname"),
        "HostsPath": format!("{folder}/hosts"),
        "LogPath": format!("{folder}/{id}-json.log"),
        "Name": format!("/{}", summary.names.first().map_or("", String::as_str)),
        "RestartCount": container.restarts,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "",
        "ExecIDs": Value::Null,
        "HostConfig": host_config(container),
        "GraphDriver": { "Data": Value::Null, "Name": "overlay2" },
        "Mounts": summary.mounts.iter().filter_map(mount_value).collect::<Vec<_>>(),
        "Config": serde_json::to_value(&container.config).unwrap_or(Value::Null),
        "NetworkSettings": network_settings(container),
    })
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
fn or_null<T: serde::Serialize>(list: &[T]) -> Value {
    if list.is_empty() { Value::Null } else { json!(list) }
}

fn host_config(container: &ContainerInspect) -> Value {
    let host = &container.host;
    let mut bindings: Map<String, Value> = Map::new();
    for port in &host.ports {
        let number = port.host_port.map(|port| port.to_string()).unwrap_or_default();
        let entry = json!({ "HostIp": port.host_ip, "HostPort": number });
        if let Value::Array(list) = bindings.entry(port.container.clone()).or_insert_with(|| json!([])) {
            list.push(entry);
        }
    }
    let mounts: Vec<Value> = host
        .mounts
        .iter()
        .map(|mount| {
            let mut value = json!({ "Type": mount.kind });
            if !mount.source.is_empty() {
                value["Source"] = json!(mount.source);
            }
            value["Target"] = json!(mount.target);
            if mount.read_only {
                value["ReadOnly"] = json!(true);
            }
            value
        })
        .collect();
    let tmpfs: Map<String, Value> = host
        .tmpfs
        .iter()
        .map(|entry| entry.split_once(':').unwrap_or((entry, "")))
        .map(|(target, options)| (target.to_owned(), json!(options)))
        .collect();
    let ulimits: Vec<Value> = host
        .ulimits
        .iter()
        .map(|ulimit| json!({ "Name": ulimit.name, "Hard": ulimit.hard, "Soft": ulimit.soft }))
        .collect();
    let restart = if host.restart.name.is_empty() { "no" } else { &host.restart.name };
    let mut value = json!({
        "Binds": or_null(&host.binds),
        "NetworkMode": if host.network.is_empty() { "default" } else { &host.network },
        "PortBindings": bindings,
        "RestartPolicy": { "Name": restart, "MaximumRetryCount": host.restart.maximum },
        "AutoRemove": host.auto_remove,
        "VolumesFrom": or_null(&host.volumes_from),
        "Dns": host.dns,
        "ExtraHosts": or_null(&host.extra_hosts),
        "PublishAllPorts": host.publish_all,
        "ReadonlyRootfs": host.read_only,
        "Memory": host.memory,
        "Ulimits": or_null(&ulimits),
        "Privileged": false,
    });
    if host.init {
        value["Init"] = json!(true);
    }
    if !mounts.is_empty() {
        value["Mounts"] = json!(mounts);
    }
    if !tmpfs.is_empty() {
        value["Tmpfs"] = json!(tmpfs);
    }
    value
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
    let networks: Map<String, Value> =
        endpoints.iter().map(|endpoint| (endpoint.network.clone(), endpoint_value(endpoint))).collect();
    json!({
        "Bridge": "",
        "HairpinMode": false,
        "LinkLocalIPv6Address": "",
        "LinkLocalIPv6PrefixLen": 0,
        "Ports": ports(&container.summary.ports),
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
