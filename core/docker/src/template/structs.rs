//! What is known of the Go structs behind docker's answers: how `{{.State}}` prints, and what a field is that holds
//! nothing.

use serde_json::{Map, Value};

/// Fields of structs in Go's order, by the name of the field that holds them (or a list or map of them). A mark behind a
/// name says what an absent one is: `?` false, `#` 0, `*` a pointer, `[` a list, `{` a map.
const STRUCTS: &[(&str, &str)] = &[
    ("Config", CONFIG),
    ("Config", "Subnet IPRange Gateway AuxAddress{"),
    ("ConfigFrom", "Network"),
    ("ContainerConfig", CONFIG),
    ("Containers", "Name EndpointID MacAddress IPv4Address IPv6Address"),
    ("GraphDriver", "Data{ Name"),
    ("Health", "Status FailingStreak# Log["),
    ("Healthcheck", "Test[ Interval Timeout StartPeriod Retries#"),
    ("IPAM", "Driver Options{ Config["),
    ("LogConfig", "Type Config{"),
    ("Metadata", "LastTagTime"),
    ("Mounts", "Type Name Source Destination Driver Mode RW? Propagation"),
    ("Mounts", "Type Source Target ReadOnly? Consistency BindOptions* VolumeOptions* TmpfsOptions*"),
    ("PortBindings", "HostIp HostPort"),
    ("Ports", "HostIp HostPort"),
    ("RestartPolicy", "Name MaximumRetryCount#"),
    ("RootFS", "Type Layers[ BaseLayer"),
    (
        "State",
        "Status Running? Paused? Restarting? OOMKilled? Dead? Pid# ExitCode# Error StartedAt FinishedAt Health*",
    ),
];

const CONFIG: &str = "Hostname Domainname User AttachStdin? AttachStdout? AttachStderr? ExposedPorts{ Tty? OpenStdin? \
                      StdinOnce? Env[ Cmd[ Healthcheck* ArgsEscaped? Image Volumes{ WorkingDir Entrypoint[ \
                      NetworkDisabled? MacAddress OnBuild[ Labels{ StopSignal StopTimeout* Shell[";

/// Fields that are maps; a key that they lack is no error.
const MAPS: &[&str] = &[
    "Attributes",
    "AuxAddress",
    "Containers",
    "Data",
    "DriverOpts",
    "ExposedPorts",
    "Labels",
    "Networks",
    "Options",
    "PortBindings",
    "Ports",
    "StorageOpt",
    "Sysctls",
    "Tmpfs",
    "Volumes",
];

/// Fields of further structs that the JSON leaves out where they hold nothing.
const OPTIONAL: &[(&str, &str)] =
    &[("", "SizeRw* SizeRootFs* Node*"), ("HostConfig", "Init* Mounts[ StorageOpt{ Sysctls{ Tmpfs{")];

/// Fields that are pointers.
const POINTERS: &[&str] = &[
    "Health",
    "Healthcheck",
    "IPAMConfig",
    "Init",
    "MemorySwappiness",
    "Node",
    "OomKillDisable",
    "PidsLimit",
    "SizeRootFs",
    "SizeRw",
    "StopTimeout",
];

/// Maps whose keys are of a type of their own, so that no text fits.
pub(super) const PORTS: &[&str] = &["ExposedPorts", "PortBindings", "Ports"];

/// A field and what marks it.
type Field = (&'static str, Option<char>);

fn parted(text: &'static str) -> impl Iterator<Item = Field> {
    text.split(' ').map(|word| match word.trim_end_matches(['?', '#', '*', '[', '{']) {
        bare if bare.len() < word.len() => (bare, word.chars().last()),
        bare => (bare, None),
    })
}

fn fields(name: &str, map: &Map<String, Value>) -> Option<Vec<Field>> {
    let is_known = |key: &String, text| parted(text).any(|(field, _)| field == key);
    let fits = |text| !map.is_empty() && map.keys().all(|key| is_known(key, text));
    let (_, text) = STRUCTS.iter().find(|(known, text)| *known == name && fits(text))?;
    Some(parted(text).collect())
}

/// Whether an object under this name is one of the structs.
pub(super) fn is_struct(name: &str, map: &Map<String, Value>) -> bool {
    fields(name, map).is_some()
}

/// Whether an object under this name is a map.
pub(super) fn is_map(name: &str, map: &Map<String, Value>) -> bool {
    MAPS.contains(&name) && !is_struct(name, map)
}

/// What Go calls a field where the JSON calls it otherwise; none for names that only the JSON has.
pub(super) fn go_name(name: &str) -> Option<&str> {
    match name {
        "ID" => Some("Id"),
        "Id" => None,
        name => Some(name),
    }
}

/// What a field holds that the JSON of a struct of this name leaves out.
pub(super) fn absent(parent: &str, name: &str) -> Option<Value> {
    let all = STRUCTS.iter().chain(OPTIONAL).filter(|(known, _)| *known == parent);
    let (_, mark) = all.flat_map(|(_, text)| parted(text)).find(|(field, _)| *field == name)?;
    Some(match mark {
        Some('?') => Value::from(false),
        Some('#') => Value::from(0),
        Some(_) => Value::Null,
        None => Value::from(""),
    })
}

/// How a field of this name prints that holds nothing.
pub(super) fn nothing(name: &str) -> &'static str {
    match name {
        name if MAPS.contains(&name) => "map[]",
        name if POINTERS.contains(&name) => "<nil>",
        _ => "[]",
    }
}

/// As Go's `%v` spells what a field of this name holds.
pub(super) fn spell(value: &Value, name: &str) -> String {
    match value {
        Value::Null => nothing(name).to_owned(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(|item| spell(item, name)).collect::<Vec<_>>().join(" "))
        }
        Value::Object(map) => match fields(name, map) {
            Some(fields) => structure(map, &fields),
            None => mapping(map, name),
        },
        Value::String(text) if name == "LastTagTime" => time(text),
        Value::Number(number) if ["Interval", "Timeout", "StartPeriod"].contains(&name) => {
            duration(number.as_i64().unwrap_or(0))
        }
        other => super::item::plain(other),
    }
}

fn structure(map: &Map<String, Value>, fields: &[Field]) -> String {
    let shown = fields.iter().map(|(field, mark)| match (map.get(*field), mark) {
        // A pointer prints as an address, which is another one each time.
        (Some(Value::Object(_)), Some('*')) => "0xc000123400".to_owned(),
        (Some(value), _) if !value.is_null() => spell(value, field),
        (_, Some('?')) => "false".to_owned(),
        (_, Some('#')) => "0".to_owned(),
        (_, Some('*')) => "<nil>".to_owned(),
        (_, Some('[')) => "[]".to_owned(),
        (_, Some('{')) => "map[]".to_owned(),
        _ if ["Interval", "Timeout", "StartPeriod"].contains(field) => "0s".to_owned(),
        _ => String::new(),
    });
    format!("{{{}}}", shown.collect::<Vec<_>>().join(" "))
}

fn mapping(map: &Map<String, Value>, name: &str) -> String {
    let mut pairs: Vec<_> = map.iter().collect();
    pairs.sort_by_key(|(key, _)| key.as_str());
    let pair = |(key, value): &(&String, &Value)| match value {
        Value::Object(empty) if empty.is_empty() => format!("{key}:{{}}"),
        value => format!("{key}:{}", spell(value, name)),
    };
    format!("map[{}]", pairs.iter().map(pair).collect::<Vec<_>>().join(" "))
}

/// A time of the JSON as Go prints it.
pub(super) fn time(text: &str) -> String {
    match text.trim_end_matches('Z').split_once('T') {
        Some((date, clock)) => format!("{date} {clock} +0000 UTC"),
        None => text.to_owned(),
    }
}

/// Nanoseconds as Go prints a duration.
fn duration(nanos: i64) -> String {
    let (sign, size) = (if nanos < 0 { "-" } else { "" }, nanos.unsigned_abs());
    let scaled = |unit: u64, name: &str| {
        let part = format!("{:09}", size % unit * (1_000_000_000 / unit));
        let part = part.trim_end_matches('0');
        let dot = if part.is_empty() { "" } else { "." };
        format!("{sign}{}{dot}{part}{name}", size / unit)
    };
    match size {
        0 => "0s".to_owned(),
        1..1_000 => scaled(1, "ns"),
        1_000..1_000_000 => scaled(1_000, "µs"),
        1_000_000..1_000_000_000 => scaled(1_000_000, "ms"),
        _ => {
            let (minutes, rest) = (size / 60_000_000_000, size % 60_000_000_000);
            let part = format!("{:09}", rest % 1_000_000_000);
            let part = part.trim_end_matches('0');
            let dot = if part.is_empty() { "" } else { "." };
            let seconds = format!("{}{dot}{part}s", rest / 1_000_000_000);
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{sign}{seconds}"),
                (0, minutes) => format!("{sign}{minutes}m{seconds}"),
                (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}"),
            }
        }
    }
}
