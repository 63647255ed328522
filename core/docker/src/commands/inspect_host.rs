//! The host's part of a container as `docker inspect` shows it, in the order of the API's fields.

use api::ContainerInspect;
use serde_json::{Map, Value, json};

use super::inspect_container::or_null;

/// Files that docker hides from containers.
const MASKED: [&str; 10] = [
    "/proc/asound",
    "/proc/acpi",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
];

/// Files that docker lets no container write.
const READ_ONLY: [&str; 5] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/// Fields that are left out where they are empty.
const OPTIONAL: [&str; 5] = ["StorageOpt", "Tmpfs", "Sysctls", "Mounts", "Init"];

/// `.HostConfig`.
pub(super) fn value(container: &ContainerInspect) -> Value {
    let mut all = Map::new();
    for part in [general(container), limits(container), shown_last(container)] {
        if let Value::Object(part) = part {
            all.extend(part);
        }
    }
    for (name, value) in &container.host.recorded {
        all.insert(name.clone(), value.clone());
    }
    for name in OPTIONAL {
        if all.get(name).is_some_and(Value::is_null) {
            all.shift_remove(name);
        }
    }
    Value::Object(all)
}

fn general(container: &ContainerInspect) -> Value {
    let host = &container.host;
    let restart = if host.restart.name.is_empty() { "no" } else { &host.restart.name };
    let is_default = matches!(host.network.as_str(), "" | "default" | "bridge");
    let mut security = host.security_opt.clone();
    if host.privileged {
        security.push("label=disable".to_owned());
    }
    json!({
        "Binds": or_null(&host.binds),
        "ContainerIDFile": "",
        "LogConfig": { "Type": "json-file", "Config": {} },
        "NetworkMode": if host.network.is_empty() { "default" } else { &host.network },
        "PortBindings": bindings(container),
        "RestartPolicy": { "Name": restart, "MaximumRetryCount": host.restart.maximum },
        "AutoRemove": host.auto_remove,
        "VolumeDriver": "",
        "VolumesFrom": or_null(&host.volumes_from),
        "CapAdd": or_null(&host.cap_add),
        "CapDrop": or_null(&host.cap_drop),
        "CgroupnsMode": "host",
        "Dns": host.dns,
        "DnsOptions": host.dns_options,
        "DnsSearch": host.dns_search,
        "ExtraHosts": or_null(&host.extra_hosts),
        "GroupAdd": or_null(&host.group_add),
        "IpcMode": "private",
        "Cgroup": "",
        "Links": if is_default { or_null(&host.links) } else { Value::Null },
        "OomScoreAdj": 0,
        "PidMode": "",
        "Privileged": host.privileged,
        "PublishAllPorts": host.publish_all,
        "ReadonlyRootfs": host.read_only,
        "SecurityOpt": or_null(&security),
        "StorageOpt": null,
        "Tmpfs": tmpfs(container),
        "UTSMode": "",
        "UsernsMode": "",
        "ShmSize": 64 << 20,
        "Sysctls": null,
        "Runtime": "runc",
        "ConsoleSize": [0, 0],
        "Isolation": "",
    })
}

fn limits(container: &ContainerInspect) -> Value {
    let host = &container.host;
    let ulimits: Vec<Value> = host
        .ulimits
        .iter()
        .map(|ulimit| json!({ "Name": ulimit.name, "Hard": ulimit.hard, "Soft": ulimit.soft }))
        .collect();
    // Without a limit of its own, swap is as much as memory.
    let swap = host.memory.saturating_mul(2);
    json!({
        "CpuShares": 0,
        "Memory": host.memory,
        "NanoCpus": 0,
        "CgroupParent": "",
        "BlkioWeight": 0,
        "BlkioWeightDevice": [],
        "BlkioDeviceReadBps": null,
        "BlkioDeviceWriteBps": null,
        "BlkioDeviceReadIOps": null,
        "BlkioDeviceWriteIOps": null,
        "CpuPeriod": 0,
        "CpuQuota": 0,
        "CpuRealtimePeriod": 0,
        "CpuRealtimeRuntime": 0,
        "CpusetCpus": "",
        "CpusetMems": "",
        "Devices": [],
        "DeviceCgroupRules": null,
        "DeviceRequests": null,
        "KernelMemory": 0,
        "KernelMemoryTCP": 0,
        "MemoryReservation": 0,
        "MemorySwap": swap,
        "MemorySwappiness": null,
        "OomKillDisable": false,
        "PidsLimit": null,
        "Ulimits": or_null(&ulimits),
        "CpuCount": 0,
        "CpuPercent": 0,
        "IOMaximumIOps": 0,
        "IOMaximumBandwidth": 0,
    })
}

fn shown_last(container: &ContainerInspect) -> Value {
    let host = &container.host;
    let (masked, read_only) = match host.privileged {
        true => (Value::Null, Value::Null),
        false => (json!(MASKED), json!(READ_ONLY)),
    };
    json!({
        "Mounts": mounts(container),
        "MaskedPaths": masked,
        "ReadonlyPaths": read_only,
        "Init": if host.init { json!(true) } else { Value::Null },
    })
}

fn bindings(container: &ContainerInspect) -> Map<String, Value> {
    let mut bindings: Map<String, Value> = Map::new();
    for port in &container.host.ports {
        let number = port.host_port.map(|port| port.to_string()).unwrap_or_default();
        let entry = json!({ "HostIp": port.host_ip, "HostPort": number });
        if let Value::Array(list) = bindings.entry(port.container.clone()).or_insert_with(|| json!([])) {
            list.push(entry);
        }
    }
    bindings
}

fn mounts(container: &ContainerInspect) -> Value {
    let mount = |mount: &api::MountRequest| {
        let mut value = json!({ "Type": mount.kind });
        if !mount.source.is_empty() {
            value["Source"] = json!(mount.source);
        }
        value["Target"] = json!(mount.target);
        if mount.read_only {
            value["ReadOnly"] = json!(true);
        }
        value
    };
    or_null(&container.host.mounts.iter().map(mount).collect::<Vec<_>>())
}

fn tmpfs(container: &ContainerInspect) -> Value {
    let entries = container.host.tmpfs.iter().map(|entry| entry.split_once(':').unwrap_or((entry, "")));
    let all: Map<String, Value> =
        entries.map(|(target, options)| (target.to_owned(), json!(options))).collect();
    if all.is_empty() { Value::Null } else { Value::Object(all) }
}
