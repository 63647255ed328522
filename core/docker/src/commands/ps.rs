use api::{ContainerStatus, ContainerSummary};
use serde_json::{Value, json};
use vfs::Time;

use super::BASE;
use crate::{
    Command, Flag, FlagKind,
    command::Call,
    failure::Failure,
    flags::{list, switch, text},
    human_duration, human_size_precise,
    listing::Listing,
    table::ellipsis,
};

pub(crate) const COMMAND: Command = Command {
    names: &["ps", "container ls", "container ps", "container list"],
    usage: "[OPTIONS]",
    summary: "List containers",
    flags: &[
        switch("all", Some('a'), "Show stopped ones too"),
        list("filter", Some('f'), "Keep only what meets a condition"),
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

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let last: i64 = match call.switch("latest") {
        true => 1,
        false => call.matches.text("last").and_then(|number| number.parse().ok()).unwrap_or(-1),
    };
    let filters = super::images::filters(call.matches.list("filter"))?;
    let by_status = filters.iter().any(|(key, _)| key == "status" || key == "exited");
    let mut containers = call.backend.containers(call.switch("all") || last > 0 || by_status)?;
    for (key, value) in &filters {
        let keep = filter(key, value)?;
        containers.retain(|container| keep(container));
    }
    if let Ok(last @ 1..) = usize::try_from(last) {
        containers.truncate(last);
    }
    let (whole, now) = (call.switch("no-trunc"), call.backend.now());
    let rows: Vec<Value> = containers.iter().map(|container| row(container, whole, now)).collect();
    let text = if call.switch("quiet") {
        rows.iter().filter_map(|row| row["ID"].as_str()).map(|id| format!("{id}\n")).collect()
    } else {
        let default = if call.switch("size") { SIZES } else { TABLE };
        let listing = Listing { headers: FIELDS, default, type_name: "*formatter.containerContext" };
        listing.show(call.matches.text("format"), &rows)?
    };
    call.print(text);
    Ok(0)
}

type Keep = Box<dyn Fn(&ContainerSummary) -> bool>;

fn filter(key: &str, value: &str) -> Result<Keep, Failure> {
    let wanted = value.to_owned();
    Ok(match key {
        "id" => Box::new(move |container| container.id.to_string().starts_with(&wanted)),
        "name" => Box::new(move |container| container.names.iter().any(|name| name.contains(&wanted))),
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
        ContainerStatus::Exited => "exited",
    }
}

/// The words under STATUS.
fn status(container: &ContainerSummary, now: Time) -> String {
    let since = |time: Option<Time>| human_duration(time.unwrap_or(container.created), now);
    match container.status {
        ContainerStatus::Created => "Created".to_owned(),
        ContainerStatus::Running => format!("Up {}", since(container.started)),
        ContainerStatus::Paused => format!("Up {} (Paused)", since(container.started)),
        ContainerStatus::Exited => {
            format!("Exited ({}) {} ago", container.exit_code, since(container.finished))
        }
    }
}

fn row(container: &ContainerSummary, whole: bool, now: Time) -> Value {
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
        "Ports": container.ports, "Names": container.names.join(","),
        "Size": human_size_precise(container.size, 3), "Labels": labels.join(","),
        "Mounts": "", "Networks": "", "LocalVolumes": "0",
    })
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
