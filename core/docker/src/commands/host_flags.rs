//! Options of a container that the daemon records in the words of its API, and what the client itself finds wrong.

use serde_json::{Map, Value, json};

use super::health_flags::size;
use crate::{command::Call, flags::Matches};

/// How the value of a flag stands in the API.
#[derive(Clone, Copy)]
enum As {
    Text,
    Number,
    Size,
    Switch,
    List,
}

/// Flags with the fields of the API's `HostConfig` that they set, and nothing else here.
const RECORDED: [(&str, &str, As); 25] = [
    ("cgroup-parent", "CgroupParent", As::Text),
    ("cgroupns", "CgroupnsMode", As::Text),
    ("cidfile", "ContainerIDFile", As::Text),
    ("cpu-period", "CpuPeriod", As::Number),
    ("cpu-quota", "CpuQuota", As::Number),
    ("cpu-rt-period", "CpuRealtimePeriod", As::Number),
    ("cpu-rt-runtime", "CpuRealtimeRuntime", As::Number),
    ("cpu-shares", "CpuShares", As::Number),
    ("cpuset-cpus", "CpusetCpus", As::Text),
    ("cpuset-mems", "CpusetMems", As::Text),
    ("device-cgroup-rule", "DeviceCgroupRules", As::List),
    ("ipc", "IpcMode", As::Text),
    ("isolation", "Isolation", As::Text),
    ("kernel-memory", "KernelMemory", As::Size),
    ("memory-reservation", "MemoryReservation", As::Size),
    ("memory-swappiness", "MemorySwappiness", As::Number),
    ("oom-kill-disable", "OomKillDisable", As::Switch),
    ("oom-score-adj", "OomScoreAdj", As::Number),
    ("runtime", "Runtime", As::Text),
    ("shm-size", "ShmSize", As::Size),
    ("userns", "UsernsMode", As::Text),
    ("volume-driver", "VolumeDriver", As::Text),
    ("pid", "PidMode", As::Text),
    ("uts", "UTSMode", As::Text),
    ("pids-limit", "PidsLimit", As::Number),
];

/// Namespaces: the flag, what is simulated, and the complaint about words that docker does not know; without one, such
/// words are the daemon's matter.
pub(super) const NAMESPACES: [(&str, &[&str], &str); 6] = [
    ("cgroupns", &["", "host", "private"], "invalid CGROUP mode"),
    ("ipc", &["", "private", "shareable"], ""),
    ("pid", &[""], "invalid PID mode"),
    ("userns", &["", "host"], "invalid USER mode"),
    ("uts", &[""], "invalid UTS mode"),
    ("volume-driver", &["", "local"], ""),
];

/// What the flags of a new container record.
///
/// # Errors
/// What docker's client finds wrong.
pub(super) fn recorded(matches: &Matches) -> Result<Map<String, Value>, String> {
    let mut all = Map::new();
    for (flag, field, kind) in RECORDED {
        if let Some(value) = matches.text(flag).map(|text| value(text, kind, matches.list(flag))) {
            all.insert(field.to_owned(), value);
        }
    }
    if let Some(nanos) = matches.text("cpus").and_then(nanos) {
        all.insert("NanoCpus".to_owned(), json!(nanos));
    }
    if let Some(text) = matches.text("memory-swap") {
        let bytes = if text == "-1" { Some(-1) } else { size(text).map(|bytes| bytes as i64) };
        all.insert("MemorySwap".to_owned(), json!(bytes));
    }
    if let Some(number) = matches.text("memory-swappiness").and_then(|text| text.parse::<i64>().ok()) {
        match number {
            -1 => drop(all.remove("MemorySwappiness")),
            0..=100 => {}
            _ => return Err(format!("invalid value: {number}. Valid memory swappiness range is 0-100")),
        }
    }
    let storage = pairs(matches.list("storage-opt"));
    if !storage.is_empty() {
        all.insert("StorageOpt".to_owned(), Value::Object(storage));
    }
    let driver = matches.text("log-driver").unwrap_or_default();
    let options = pairs(matches.list("log-opt"));
    if driver == "none" && !options.is_empty() {
        return Err("invalid logging opts for driver none".to_owned());
    }
    if !driver.is_empty() || !options.is_empty() {
        let kind = if driver.is_empty() { "json-file" } else { driver };
        all.insert("LogConfig".to_owned(), json!({ "Type": kind, "Config": options }));
    }
    if let Some(wanted) = matches.text("gpus") {
        let count = if wanted == "all" { Ok(-1) } else { wanted.parse::<i64>() };
        let count = count.map_err(|_| format!("glasshull: --gpus {wanted} is not simulated"))?;
        let request = json!({
            "Driver": "", "Count": count, "DeviceIDs": null, "Capabilities": [["gpu"]], "Options": {},
        });
        all.insert("DeviceRequests".to_owned(), json!([request]));
    }
    Ok(all)
}

fn value(text: &str, kind: As, list: &[String]) -> Value {
    match kind {
        As::Text => json!(text),
        As::Number => json!(text.parse::<i64>().unwrap_or(0)),
        As::Size => json!(size(text)),
        As::Switch => json!(text == "true"),
        As::List => json!(list),
    }
}

fn pairs(list: &[String]) -> Map<String, Value> {
    list.iter()
        .map(|entry| entry.split_once('=').unwrap_or((entry, "")))
        .map(|(key, value)| (key.to_owned(), json!(value)))
        .collect()
}

/// What docker says of `--blkio-weight` here.
pub(super) const NO_WEIGHT: &str =
    "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.";

/// What the client warns of before it asks the daemon.
pub(super) fn warnings(matches: &Matches) -> Vec<&'static str> {
    let mut all = Vec::new();
    if matches.is_set("oom-kill-disable") && !matches.is_set("memory") {
        all.push(
            "Disabling the OOM killer on containers without setting a '-m/--memory' limit may be dangerous.",
        );
    }
    if matches.is_set("blkio-weight") {
        all.push(NO_WEIGHT);
    }
    all
}

/// `--security-opt`, as the client sends it on: profiles are read by it.
///
/// # Errors
/// A word without a value; a profile that cannot be read.
pub(super) fn security_options(call: &Call<'_>) -> Result<Vec<String>, String> {
    let given = call.matches.list("security-opt");
    for option in given {
        let (name, value) = option.split_once(['=', ':']).unwrap_or((option, ""));
        if value.is_empty() && name != "no-new-privileges" {
            return Err(format!("Invalid --security-opt: {option:?}"));
        }
        if name == "seccomp" && value != "unconfined" {
            call.host.read_file(value).map_err(|error| {
                format!("opening seccomp profile ({value}) failed: open {value}: {error}")
            })?;
            return Err("glasshull: profiles of seccomp are not simulated".to_owned());
        }
    }
    Ok(given.to_vec())
}

/// Checks `--add-host`.
pub(super) fn check_extra_host(text: &str) -> Result<(), String> {
    match text.split_once(':') {
        Some((name, address)) if !name.is_empty() => match address {
            "host-gateway" => Ok(()),
            _ if is_address(address) => Ok(()),
            _ => Err(format!("invalid IP address in add-host: {address:?}")),
        },
        _ => Err(format!("bad format for add-host: {text:?}")),
    }
}

/// Checks `--link`.
pub(super) fn check_link(text: &str) -> Result<(), String> {
    match (text.is_empty(), text.matches(':').count()) {
        (true, _) => Err("empty string specified for links".to_owned()),
        (false, 0 | 1) => Ok(()),
        (false, _) => Err(format!("bad format for links: {text}")),
    }
}

/// A `--link` as name and alias; `/NAME:/OTHER/ALIAS` is how `inspect` shows one.
pub(super) fn link(text: &str) -> String {
    let (name, alias) = text.split_once(':').unwrap_or((text, text));
    match name.strip_prefix('/') {
        Some(name) => format!("{name}:{}", alias.rsplit('/').next().unwrap_or(alias)),
        None => format!("{name}:{alias}"),
    }
}

/// Checks `--dns`.
pub(super) fn check_address(text: &str) -> Result<(), String> {
    if is_address(text.trim()) { Ok(()) } else { Err(format!("{text} is not an ip address")) }
}

fn is_address(text: &str) -> bool {
    text.parse::<core::net::IpAddr>().is_ok()
}

/// Checks `--env`.
pub(super) fn check_variable(text: &str) -> Result<(), String> {
    match text.is_empty() || text.starts_with('=') {
        true => Err(format!("invalid environment variable: {text}")),
        false => Ok(()),
    }
}

/// Checks `--attach`.
pub(super) fn check_stream(text: &str) -> Result<(), String> {
    match text.to_lowercase().as_str() {
        "stdin" | "stdout" | "stderr" => Ok(()),
        _ => Err("valid streams are STDIN, STDOUT and STDERR".to_owned()),
    }
}

/// Checks `--sysctl`.
pub(super) fn check_sysctl(text: &str) -> Result<(), String> {
    const KNOWN: [&str; 7] = [
        "kernel.msgmax",
        "kernel.msgmnb",
        "kernel.msgmni",
        "kernel.sem",
        "kernel.shmall",
        "kernel.shmmax",
        "kernel.shmmni",
    ];
    let name = text.split_once('=').map(|(name, _)| name);
    let is_known =
        |name: &str| KNOWN.contains(&name) || name.starts_with("net.") || name.starts_with("fs.mqueue.");
    match name {
        Some(name) if is_known(name) => Ok(()),
        _ => Err(format!("sysctl '{text}' is not whitelisted")),
    }
}

/// Checks `--device-cgroup-rule`: `a 1:2 rwm`, numbers or stars.
pub(super) fn check_device_rule(text: &str) -> Result<(), String> {
    let is_number = |word: &str| word == "*" || !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let words: Vec<&str> = text.split(' ').collect();
    let fits = matches!(words[..], ["a" | "b" | "c", device, access]
        if device.split_once(':').is_some_and(|(major, minor)| is_number(major) && is_number(minor))
            && (1..=3).contains(&access.len()) && access.bytes().all(|b| b"rwm".contains(&b)));
    if fits { Ok(()) } else { Err(format!("invalid device cgroup format '{text}'")) }
}

/// Checks `--cpus`.
pub(super) fn check_processors(text: &str) -> Result<(), String> {
    match nanos(text) {
        Some(_) => Ok(()),
        None if text.parse::<f64>().is_ok() => Err("value is too precise".to_owned()),
        None => Err(format!("failed to parse {text} as a rational number")),
    }
}

/// Processors in billionths; none where they are no decimal number of at most nine places.
fn nanos(text: &str) -> Option<i64> {
    if let Some(positive) = text.strip_prefix('-').filter(|rest| !rest.starts_with('-')) {
        return nanos(positive).map(|nanos| -nanos);
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    if part.len() > 9 || whole.len() > 6 || !digits(whole) || !digits(part) || whole.len() + part.len() == 0 {
        return None;
    }
    format!("{whole}{part:0<9}").parse().ok()
}

/// Checks `--memory-swap`: a size, or -1 for no limit.
pub(super) fn check_swap(text: &str) -> Result<(), String> {
    if text == "-1" { Ok(()) } else { super::health_flags::check_size(text) }
}
