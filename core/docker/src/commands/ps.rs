use api::{ContainerStatus, ContainerSummary, EndpointView, MountKind, MountPoint};
use serde_json::{Map, Value, json};
use vfs::Time;

use super::{
    BASE,
    port_flags::{self, shown},
};
use crate::{
    Command, Flag, FlagKind,
    command::Call,
    failure::Failure,
    flags::{switch, text},
    human_duration, human_size_precise,
    listing::Listing,
    table::ellipsis,
    template::{Data, Template},
};

pub(crate) const COMMAND: Command = Command {
    names: &["ps", "container ls", "container ps", "container list"],
    usage: "[OPTIONS]",
    summary: "List containers",
    flags: &[
        switch("all", Some('a'), "Show stopped ones too"),
        Flag {
            long: "filter",
            short: Some('f'),
            kind: FlagKind::Checked(super::images::check_filter),
            help: "Keep only what meets a condition",
        },
        text("format", None, "Print each row by a Go template"),
        Flag {
            long: "last",
            short: Some('n'),
            kind: FlagKind::Number { default: -1 },
            help: "Show the newest ones",
        },
        switch("latest", Some('l'), "Show the newest one"),
        switch("no-trunc", None, "Do not shorten anything"),
        switch("quiet", Some('q'), "Print ids only"),
        switch("size", Some('s'), "Show sizes"),
    ],
    run,
    ..BASE
};

/// The type of a row in Go's messages.
const TYPE: &str = "*formatter.ContainerContext";
const FIELDS: &[(&str, &str)] = &[
    ("ID", "CONTAINER ID"),
    ("Image", "IMAGE"),
    ("Command", "COMMAND"),
    ("RunningFor", "CREATED"),
    ("CreatedAt", "CREATED AT"),
    ("Status", "STATUS"),
    ("State", "STATE"),
    ("Ports", "PORTS"),
    ("Names", "NAMES"),
    ("Size", "SIZE"),
    ("Labels", "LABELS"),
    ("Mounts", "MOUNTS"),
    ("Networks", "NETWORKS"),
    ("LocalVolumes", "LOCAL VOLUMES"),
];
const TABLE: &str = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";
const SIZES: &str =
    "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}\t{{.Size}}";
const RAW: &str = "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\n\
                   state: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\nnames: {{.Names}}\n\
                   labels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n";
const RAW_SIZES: &str = "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\n\
                         created_at: {{.CreatedAt}}\nstate: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\n\
                         names: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\nsize: {{.Size}}\n";

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let last: i64 = match call.matches.text("last").and_then(|number| number.parse().ok()).unwrap_or(-1) {
        -1 if call.switch("latest") => 1,
        last => last,
    };
    if let Some(format) = call.matches.text("format") {
        check_format(format)?;
    }
    let filters = super::images::filters(call.matches.list("filter"))?;
    let by_status = filters.iter().any(|(key, _)| key == "status" || key == "exited");
    let mut containers = call.backend.containers(call.switch("all") || last > 0 || by_status)?;
    let everything = call.backend.containers(true)?;
    // Conditions of one kind are alternatives, those of several kinds must all hold.
    let keys: std::collections::BTreeSet<&String> = filters.iter().map(|(key, _)| key).collect();
    for key in keys {
        let values = filters.iter().filter(|(other, _)| other == key);
        let keeps =
            values.map(|(_, value)| filter(key, value, &everything)).collect::<Result<Vec<_>, _>>()?;
        // All labels must be there.
        containers.retain(|container| match key.as_str() {
            "label" => keeps.iter().all(|keep| keep(container)),
            _ => keeps.iter().any(|keep| keep(container)),
        });
    }
    if let Ok(last @ 1..) = usize::try_from(last) {
        containers.truncate(last);
    }
    let (whole, now) = (call.switch("no-trunc"), call.backend.now());
    let mut rows: Vec<Value> = containers.iter().map(|container| row(container, whole, now)).collect();
    let wants_size = call.matches.text("format").is_some_and(|format| format.contains(".Size"));
    if wants_size || call.switch("size") {
        for (row, container) in rows.iter_mut().zip(&containers) {
            let image = call.backend.inspect_image(&container.image_id.to_string());
            let whole = container.size + image.map_or(0, |image| image.size);
            let (own, whole) = (human_size_precise(container.size, 3), human_size_precise(whole, 3));
            row["Size"] = json!(format!("{own} (virtual {whole})"));
        }
    }
    let (default, raw) = if call.switch("size") { (SIZES, RAW_SIZES) } else { (TABLE, RAW) };
    let (listing, format) =
        (Listing { headers: FIELDS, default, raw, type_name: TYPE }, call.matches.text("format"));
    let text = match call.switch("quiet") {
        true => listing.show_quiet(format, "ID", "container_id: ", &rows)?,
        false => listing.show(format, &rows)?,
    };
    call.print(text);
    Ok(0)
}

type Keep = Box<dyn Fn(&ContainerSummary) -> bool>;

/// What docker's client finds wrong with a format before it asks the daemon.
fn check_format(format: &str) -> Result<(), Failure> {
    let failed =
        |what: &str, error: String| Err(Failure::client(format!("failed to {what} template: {error}")));
    let template = match Template::parse(format) {
        Ok(template) => template,
        Err(error) => return failed("parse", error.to_string()),
    };
    // It is tried on a container of which nothing is known.
    let mut fields: Map<String, Value> =
        FIELDS.iter().map(|(name, _)| ((*name).to_owned(), Value::from(""))).collect();
    for (name, text) in [
        ("Image", "<no image>"),
        ("Command", "\"\""),
        ("RunningFor", "56 years ago"),
        ("CreatedAt", "1970-01-01 00:00:00 +0000 UTC"),
        ("Size", "0B"),
        ("LocalVolumes", "0"),
    ] {
        fields.insert(name.to_owned(), Value::from(text));
    }
    match template.execute(&Value::Object(fields), Data::Row(TYPE)) {
        Err(error) => failed("execute", error.to_string()),
        Ok(_) => Ok(()),
    }
}

fn daemon(text: String) -> Failure {
    Failure::client(format!("Error response from daemon: {text}"))
}

/// Containers older or newer than a given one.
fn beside(wanted: &str, all: &[ContainerSummary], newer: bool) -> Result<Keep, Failure> {
    let is = |found: &&ContainerSummary| {
        found.names.iter().any(|name| name == wanted) || found.id.to_string().starts_with(wanted)
    };
    let found = all.iter().find(is).ok_or_else(|| daemon(format!("no such container {wanted}")))?;
    let (id, created) = (found.id, found.created);
    Ok(Box::new(move |container| {
        container.id != id && if newer { container.created > created } else { container.created < created }
    }))
}

fn filter(key: &str, value: &str, all: &[ContainerSummary]) -> Result<Keep, Failure> {
    const STATES: [&str; 7] = ["created", "restarting", "running", "removing", "paused", "exited", "dead"];
    let wanted = value.to_owned();
    Ok(match key {
        "before" => return beside(value, all, false),
        "since" => return beside(value, all, true),
        "status" if !STATES.contains(&value) => {
            return Err(daemon(format!("Invalid filter 'status={value}'")));
        }
        "exited" if value.parse::<i64>().is_err() => {
            return Err(daemon(format!("strconv.Atoi: parsing \"{value}\": invalid syntax")));
        }
        "health" if !["starting", "healthy", "unhealthy", "none"].contains(&value) => {
            return Err(daemon(format!("Unrecognised filter value for health: {value}")));
        }
        "id" => {
            Box::new(move |container| !wanted.is_empty() && container.id.to_string().starts_with(&wanted))
        }
        "is-task" if super::images::switch_value(value).is_none() => {
            return Err(daemon(format!("Invalid filter 'is-task=[{value}]'")));
        }
        // There is no swarm whose tasks they could be.
        "is-task" => {
            let tasks = super::images::switch_value(value) == Some(true);
            Box::new(move |_| !tasks)
        }
        "expose" | "publish" => {
            let ports = port_flags::range_of(value)
                .map_err(|why| daemon(format!("error while looking up for {key} {value}: {why}")))?;
            let on_host = key == "publish";
            Box::new(move |container| port_flags::has_any(&container.ports, &ports, on_host))
        }
        "name" => {
            let options = pattern::RegexOptions { extended: true, ..Default::default() };
            let regex = pattern::Regex::new(value.as_bytes(), options)
                .map_err(|_| daemon(format!("Invalid filter 'name={value}'")))?;
            Box::new(move |container| {
                let is = |name: &String| {
                    regex.find(name.as_bytes(), 0, false).is_some()
                        || regex.find(format!("/{name}").as_bytes(), 0, false).is_some()
                };
                container.names.iter().any(is)
            })
        }
        "status" => Box::new(move |container| state(container.status) == wanted),
        "exited" => Box::new(move |container| {
            container.status == ContainerStatus::Exited && container.exit_code.to_string() == wanted
        }),
        "ancestor" => Box::new(move |container| {
            let id = container.image_id.hex();
            container.image == wanted
                || container.image == format!("{wanted}:latest")
                || id.starts_with(wanted.trim_start_matches("sha256:"))
        }),
        "network" => Box::new(move |container| {
            let is = |endpoint: &EndpointView| {
                endpoint.network == wanted
                    || endpoint.network_id.is_some_and(|id| id.to_string().starts_with(&wanted))
            };
            container.endpoints.iter().any(is)
        }),
        "health" => Box::new(move |container| match container.health.as_str() {
            "" => wanted == "none",
            health => health == wanted,
        }),
        "volume" => Box::new(move |container| {
            let is = |mount: &MountPoint| {
                mount.name == wanted || mount.source == wanted || mount.destination == wanted
            };
            container.mounts.iter().any(is)
        }),
        "label" => Box::new(move |container| {
            let pair = |(key, value): &(String, String)| *key == wanted || format!("{key}={value}") == wanted;
            container.labels.iter().any(pair)
        }),
        other => {
            return Err(Failure::client(format!("Error response from daemon: Invalid filter '{other}'")));
        }
    })
}

fn state(status: ContainerStatus) -> &'static str {
    match status {
        ContainerStatus::Created => "created",
        ContainerStatus::Running => "running",
        ContainerStatus::Paused => "paused",
        ContainerStatus::Restarting => "restarting",
        ContainerStatus::Exited => "exited",
    }
}

/// The words under STATUS.
fn status(container: &ContainerSummary, now: Time) -> String {
    let since = |time: Option<Time>| human_duration(time.unwrap_or(container.created), now);
    match container.status {
        ContainerStatus::Created => "Created".to_owned(),
        ContainerStatus::Running => match container.health.as_str() {
            "" => format!("Up {}", since(container.started)),
            "starting" => format!("Up {} (health: starting)", since(container.started)),
            health => format!("Up {} ({health})", since(container.started)),
        },
        ContainerStatus::Restarting => {
            format!("Restarting ({}) {} ago", container.exit_code, since(container.finished))
        }
        ContainerStatus::Paused => format!("Up {} (Paused)", since(container.started)),
        ContainerStatus::Exited => {
            format!("Exited ({}) {} ago", container.exit_code, since(container.finished))
        }
    }
}

pub(super) fn row(container: &ContainerSummary, whole: bool, now: Time) -> Value {
    let command = if whole { container.command.clone() } else { ellipsis(&container.command, 20) };
    let image = if container.image.is_empty() { "<no image>".to_owned() } else { container.image.clone() };
    let labels: Vec<String> = container.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    json!({
        "ID": if whole { container.id.to_string() } else { container.id.short() },
        "Image": if whole { image } else { short_image(image) },
        "Command": quote(&command),
        "RunningFor": format!("{} ago", human_duration(container.created, now)),
        "CreatedAt": super::version::local_time(container.created),
        "Status": status(container, now), "State": state(container.status),
        "Ports": shown(&container.ports), "Names": names(container, whole),
        "Size": human_size_precise(container.size, 3), "Labels": labels.join(","),
        "Mounts": mounts(container, whole), "Networks": networks(container),
        "LocalVolumes": container.mounts.iter().filter(|mount| mount.kind == MountKind::Volume).count().to_string(),
    })
}

/// Its name; whole, those that others have for it by links too.
fn names(container: &ContainerSummary, whole: bool) -> String {
    let shown = container.names.iter().filter(|name| whole || !name.contains('/'));
    shown.map(String::as_str).collect::<Vec<_>>().join(",")
}

/// Names of volumes and folders, cut unless asked for whole.
fn mounts(container: &ContainerSummary, whole: bool) -> String {
    let shown = container.mounts.iter().filter(|mount| mount.kind != MountKind::Tmpfs).map(|mount| {
        let name = if mount.name.is_empty() { &mount.source } else { &mount.name };
        if whole { name.clone() } else { ellipsis(name, 15) }
    });
    shown.collect::<Vec<_>>().join(",")
}

fn networks(container: &ContainerSummary) -> String {
    let mut names: Vec<&str> = container.endpoints.iter().map(|endpoint| endpoint.network.as_str()).collect();
    names.sort_unstable();
    names.join(",")
}

/// An image that has no name any more shows as a short id.
fn short_image(image: String) -> String {
    match image.strip_prefix("sha256:") {
        Some(hex) => hex.chars().take(12).collect(),
        None => image,
    }
}

/// Go's `strconv.Quote`, as far as commands need it.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            control if control.is_control() => quoted += &format!("\\x{:02x}", u32::from(control)),
            other => quoted.push(other),
        }
    }
    quoted + "\""
}
