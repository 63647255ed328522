//! `docker volume`.

use api::{VolumeRequest, VolumeSummary};
use serde_json::{Map, Value, json};

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{list, switch, text},
    human_size,
    listing::Listing,
};

pub(crate) const CREATE: Command = Command {
    names: &["volume create"],
    usage: "[OPTIONS] [VOLUME]",
    summary: "Create a volume",
    args: ArgRule::AtMost(1),
    flags: &[
        text("driver", Some('d'), "Volume driver: local"),
        list("label", None, "Set a label"),
        text("name", None, "Name of the volume"),
        list("opt", Some('o'), "Not simulated"),
    ],
    run: create,
    ..BASE
};

pub(crate) const LS: Command = Command {
    names: &["volume ls", "volume list"],
    usage: "[OPTIONS]",
    summary: "List volumes",
    flags: &[
        list("filter", Some('f'), "Keep only what meets a condition (dangling=true, name=, label=, driver=)"),
        text("format", None, "Print each row by a Go template"),
        switch("quiet", Some('q'), "Print names only"),
    ],
    run: ls,
    ..BASE
};

pub(crate) const INSPECT: Command = Command {
    names: &["volume inspect"],
    usage: "[OPTIONS] VOLUME [VOLUME...]",
    summary: "Show all that is known of volumes",
    args: ArgRule::AtLeast(1),
    flags: &[text("format", Some('f'), "Print by a Go template")],
    run: |call| super::inspect::run(call, super::inspect::Kind::Volume),
    ..BASE
};

pub(crate) const RM: Command = Command {
    names: &["volume rm", "volume remove"],
    usage: "[OPTIONS] VOLUME [VOLUME...]",
    summary: "Remove one or more volumes",
    args: ArgRule::AtLeast(1),
    flags: &[switch("force", Some('f'), "A volume that is missing is no error")],
    run: |call| {
        let force = call.switch("force");
        call.for_each_argument(|call, name| {
            call.backend.remove_volume(name, force).map_err(|error| match error.kind {
                api::ErrorKind::NotFound => Failure::client(format!("Error: No such volume: {name}")),
                _ => error.into(),
            })?;
            call.print(format!("{name}\n"));
            Ok(())
        })
    },
    ..BASE
};

pub(crate) const PRUNE: Command = Command {
    names: &["volume prune"],
    usage: "[OPTIONS]",
    summary: "Remove all unused local volumes",
    flags: &[
        list("filter", None, "Keep what does not meet a condition (label=)"),
        switch("force", Some('f'), "Do not ask"),
    ],
    run: prune,
    ..BASE
};

fn create(call: &mut Call<'_>) -> Result<u8, Failure> {
    call.refuse(&["opt"])?;
    let named = call.matches.text("name").map(str::to_owned);
    let given = call.args().first().cloned();
    if named.is_some() && given.is_some() {
        let text = "conflicting options: either specify --name or provide positional arg, not both";
        return Err(Failure::client(text));
    }
    let request = VolumeRequest {
        name: given.or(named),
        labels: super::create::labels(call.matches.list("label")),
        driver: call.matches.text("driver").unwrap_or_default().to_owned(),
    };
    let name = call.backend.create_volume(&request)?;
    call.print(format!("{name}\n"));
    Ok(0)
}

const LISTING: Listing = Listing {
    headers: &[
        ("Driver", "DRIVER"),
        ("Name", "VOLUME NAME"),
        ("Labels", "LABELS"),
        ("Mountpoint", "MOUNTPOINT"),
        ("Scope", "SCOPE"),
        ("Size", "SIZE"),
        ("Links", "LINKS"),
    ],
    default: "{{.Driver}}\t{{.Name}}",
    raw: "name: {{.Name}}\ndriver: {{.Driver}}\n",
    type_name: "*formatter.volumeContext",
};

fn ls(call: &mut Call<'_>) -> Result<u8, Failure> {
    let mut volumes = call.backend.volumes()?;
    for (key, value) in super::images::filters(call.matches.list("filter"))? {
        let keep = filter(&key, &value)?;
        volumes.retain(|volume| keep(volume));
    }
    let rows: Vec<Value> = volumes.iter().map(row).collect();
    let format = call.matches.text("format");
    let text = match call.switch("quiet") {
        true => LISTING.show_quiet(format, "Name", "name: ", &rows)?,
        false => LISTING.show(format, &rows)?,
    };
    call.print(text);
    Ok(0)
}

fn row(volume: &VolumeSummary) -> Value {
    let labels: Vec<String> = volume.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    json!({
        "Driver": "local", "Name": volume.name, "Labels": labels.join(","),
        "Mountpoint": volume.mountpoint, "Scope": "local", "Size": "N/A", "Links": "N/A",
    })
}

type Keep = Box<dyn Fn(&VolumeSummary) -> bool>;

fn filter(key: &str, value: &str) -> Result<Keep, Failure> {
    let wanted = value.to_owned();
    Ok(match (key, value) {
        ("dangling", "true" | "1") => Box::new(|volume| volume.links == 0),
        ("dangling", "false" | "0") => Box::new(|volume| volume.links > 0),
        ("dangling", _) => return Err(daemon(format!("Invalid filter 'dangling=[{value}]'"))),
        ("name", _) => Box::new(move |volume| volume.name.contains(&wanted)),
        ("driver", _) => Box::new(move |_| wanted == "local"),
        ("label", _) => Box::new(move |volume| has_label(volume, &wanted)),
        _ => return Err(daemon(format!("Invalid filter '{key}'"))),
    })
}

fn daemon(text: String) -> Failure {
    Failure::client(format!("Error response from daemon: {text}"))
}

fn has_label(volume: &VolumeSummary, wanted: &str) -> bool {
    volume.labels.iter().any(|(key, value)| key == wanted || format!("{key}={value}") == wanted)
}

const WARNING: &str = "WARNING! This will remove all local volumes not used by at least one container.\n\
                       Are you sure you want to continue? [y/N] ";

fn prune(call: &mut Call<'_>) -> Result<u8, Failure> {
    let conditions = super::conditions::Conditions::of(call, &["label", "label!"])?;
    if !super::prune::confirmed(call, WARNING)? {
        return Ok(0);
    }
    let keep = |volume: &VolumeSummary| conditions.spare(&volume.labels, volume.created);
    let pruned = call.backend.prune_volumes(&keep)?;
    let mut text = String::new();
    if !pruned.removed.is_empty() {
        text = format!("Deleted Volumes:\n{}\n\n", pruned.removed.join("\n"));
    }
    call.print(text + &format!("Total reclaimed space: {}\n", human_size(pruned.reclaimed)));
    Ok(0)
}

/// One volume as `inspect` shows it.
pub(super) fn value(volume: &VolumeSummary) -> Value {
    let labels: Map<String, Value> =
        volume.labels.iter().map(|(key, value)| (key.clone(), Value::from(value.clone()))).collect();
    json!({
        "CreatedAt": super::version::rfc3339(volume.created),
        "Driver": "local",
        "Labels": if volume.labels.is_empty() && volume.name.len() == 64 { Value::Null } else { labels.into() },
        "Mountpoint": volume.mountpoint,
        "Name": volume.name,
        "Options": if volume.name.len() == 64 { Value::Null } else { json!({}) },
        "Scope": "local",
    })
}
