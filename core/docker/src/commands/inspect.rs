use api::{ErrorKind, ImageInspect, NetworkSummary};
use serde_json::{Value, json};

use super::{BASE, inspect_container::container_value};
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{switch, text},
    listing::parse_failure,
    template::{Data, Template},
};

pub(crate) const COMMAND: Command = Command {
    names: &["inspect"],
    usage: "[OPTIONS] NAME|ID [NAME|ID...]",
    summary: "Show all that is known of images and containers",
    args: ArgRule::AtLeast(1),
    flags: &[
        text("format", Some('f'), "Print by a Go template"),
        switch("size", Some('s'), "Show the sizes of containers too"),
        text("type", None, "Look for this type only: image or container"),
    ],
    run: |call| {
        let kind = match call.matches.text("type") {
            None | Some("") => Kind::Any,
            Some("image") => Kind::Image,
            Some("container") => Kind::Container,
            Some("volume") => Kind::Volume,
            Some("network") => Kind::Network,
            Some(other @ ("node" | "plugin" | "secret" | "service" | "task")) => {
                return Err(Failure::client(format!("glasshull: inspecting a {other} is not simulated")));
            }
            Some(other) => return Err(Failure::client(format!("{other:?} is not a valid value for --type"))),
        };
        run(call, kind)
    },
    ..BASE
};

pub(crate) const IMAGE_INSPECT: Command = Command {
    names: &["image inspect"],
    usage: "[OPTIONS] IMAGE [IMAGE...]",
    summary: "Show all that is known of images",
    flags: &[text("format", Some('f'), "Print by a Go template")],
    run: |call| run(call, Kind::Image),
    ..COMMAND
};

pub(crate) const CONTAINER_INSPECT: Command = Command {
    names: &["container inspect"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    summary: "Show all that is known of containers",
    flags: &[
        text("format", Some('f'), "Print by a Go template"),
        switch("size", Some('s'), "Show their sizes too"),
    ],
    run: |call| run(call, Kind::Container),
    ..COMMAND
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Any,
    Image,
    Container,
    Volume,
    Network,
}

pub(super) fn run(call: &mut Call<'_>, kind: Kind) -> Result<u8, Failure> {
    let template = template(call)?;
    let mut found = Vec::new();
    for name in call.matches.args.clone() {
        match look_up(call, &name, kind) {
            Ok((value, what)) => {
                if call.matches.is_set("size") && what != "container" {
                    call.eprint(format!("WARNING: --size ignored for {what}\n"));
                }
                found.push(Ok(value));
            }
            Err(text) => found.push(Err(text)),
        }
    }
    let data = match (kind, call.command.names[0]) {
        (Kind::Volume, "volume inspect") => Data::Struct("types.Volume"),
        _ => Data::Inspected,
    };
    Ok(print(call, template.as_ref(), found, data))
}

/// Shows values as the inspect commands do; they are Go structs of this name.
pub(super) fn show(call: &mut Call<'_>, values: &[Value], type_name: &'static str) -> Result<u8, Failure> {
    let template = template(call)?;
    let found = values.iter().cloned().map(Ok).collect();
    Ok(print(call, template.as_ref(), found, Data::Struct(type_name)))
}

fn template(call: &Call<'_>) -> Result<Option<Template>, Failure> {
    let is_29 = call.backend.version() == api::DockerVersion::V29;
    let format = call.matches.text("format").filter(|format| !format.is_empty());
    let format = format.filter(|format| *format != "json" || !is_29);
    format.map(Template::parse).transpose().map_err(parse_failure)
}

/// Shows what was found, and complains of what was not or what the template cannot show; gives the exit status.
fn print(
    call: &mut Call<'_>,
    template: Option<&Template>,
    found: Vec<Result<Value, String>>,
    data: Data,
) -> u8 {
    let (mut text, mut values, mut complaints) = (String::new(), Vec::new(), String::new());
    for item in found {
        match item.map(|value| (template.map(|template| template.execute(&value, data)), value)) {
            Ok((None, value)) => values.push(value),
            Ok((Some(Ok(line)), _)) => text += &(line + "\n"),
            Ok((Some(Err(error)), _)) => complaints += &format!("template parsing error: {error}\n"),
            Err(complaint) => complaints += &format!("{complaint}\n"),
        }
    }
    if template.is_none() {
        text = indented(&values);
    }
    // A line ends even where nothing has been found.
    if !text.ends_with('\n') {
        text.push('\n');
    }
    call.print(text);
    call.eprint(&complaints);
    u8::from(!complaints.is_empty())
}

/// What is found under a name, and what that is.
fn look_up(call: &Call<'_>, name: &str, kind: Kind) -> Result<(Value, &'static str), String> {
    let mut missing = match kind {
        Kind::Any => format!("Error: No such object: {name}"),
        Kind::Image => format!("Error: No such image: {name}"),
        Kind::Container => format!("Error: No such container: {name}"),
        Kind::Volume => format!("Error: No such volume: {name}"),
        Kind::Network => format!("Error: No such network: {name}"),
    };
    if name.is_empty() {
        return Err(missing);
    }
    if matches!(kind, Kind::Any | Kind::Container) {
        match call.backend.inspect_container(name) {
            Ok(container) => {
                let image = call.backend.inspect_image(&container.summary.image_id.to_string()).ok();
                let mut value = container_value(&container, image.as_ref());
                if call.matches.is_set("size") {
                    let size = image.map_or(0, |image| image.size);
                    value = super::inspect_container::with_size(value, &container, size);
                }
                return Ok((value, "container"));
            }
            Err(error) if error.kind == ErrorKind::NotFound => {}
            Err(error) => missing = format!("Error response from daemon: {error}"),
        }
    }
    if matches!(kind, Kind::Any | Kind::Image) {
        match call.backend.inspect_image(name) {
            Ok(image) => return Ok((image_value(&image), "image")),
            Err(error) if error.kind == ErrorKind::NotFound => {}
            Err(error) => missing = format!("Error response from daemon: {error}"),
        }
    }
    if matches!(kind, Kind::Any | Kind::Network)
        && let Ok(networks) = call.backend.networks()
    {
        let is = |network: &&NetworkSummary| network.name == name || network.id.to_string().starts_with(name);
        let by_name = networks.iter().find(|network| network.name == name);
        if let Some(network) = by_name.or_else(|| networks.iter().find(is)) {
            return Ok((super::network::value(network), "network"));
        }
    }
    if matches!(kind, Kind::Any | Kind::Volume) {
        match call.backend.volumes() {
            Ok(volumes) => {
                if let Some(volume) = volumes.iter().find(|volume| volume.name == name) {
                    return Ok((super::volume::value(volume), "volume"));
                }
            }
            Err(error) => missing = format!("Error response from daemon: {error}"),
        }
    }
    Err(missing)
}

/// JSON with four blanks of indent, as docker's client prints it.
fn indented(values: &[Value]) -> String {
    if values.is_empty() {
        return "[]".to_owned();
    }
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    let written = serde::Serialize::serialize(values, &mut serializer);
    debug_assert!(written.is_ok(), "JSON values always serialize");
    String::from_utf8_lossy(&bytes).replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn image_value(image: &ImageInspect) -> Value {
    let config: Value = serde_json::from_slice(&image.config.to_json()).unwrap_or(Value::Null);
    let part = |key: &str| config.get(key).cloned().unwrap_or(Value::String(String::new()));
    let last_tagged = image.last_tagged.map_or("0001-01-01T00:00:00Z".to_owned(), super::version::rfc3339);
    let comment =
        config["history"].as_array().and_then(|rows| rows.last()).and_then(|row| row.get("comment"));
    // The daemon of 20.10 gives all fields, whoever built the image.
    let whole = |config: &oci::ContainerConfig| json!(config);
    json!({
        "Id": image.id.to_string(),
        "RepoTags": image.repo_tags,
        "RepoDigests": image.repo_digests,
        "Parent": image.parent.map(|id| id.to_string()).unwrap_or_default(),
        "Comment": comment.cloned().unwrap_or(Value::String(String::new())),
        "Created": part("created"),
        "Container": part("container"),
        "ContainerConfig": whole(&image.config.container_config),
        "DockerVersion": part("docker_version"),
        "Author": part("author"),
        "Config": whole(&image.config.config),
        "Architecture": part("architecture"),
        "Os": part("os"),
        "Size": image.size,
        "VirtualSize": image.size,
        "GraphDriver": super::inspect_graph::of_image(image),
        "RootFS": { "Type": "layers", "Layers": config["rootfs"]["diff_ids"] },
        "Metadata": { "LastTagTime": last_tagged },
    })
}
