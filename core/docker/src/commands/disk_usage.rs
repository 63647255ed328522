//! `docker system df --verbose`.

use api::{ContainerSummary, ImageQuery, ImageSummary, VolumeSummary};
use serde_json::{Value, json};
use vfs::Time;

use crate::{
    command::Call,
    failure::Failure,
    human_duration, human_size, human_size_precise, table,
    template::{Data, Template},
};

/// Shows each image, container and volume: as tables, or by a template for them all.
pub(super) fn verbose(call: &mut Call<'_>) -> Result<u8, Failure> {
    let query = ImageQuery { all: false, reference: None, filters: Vec::new() };
    let now = call.backend.now();
    let sizes = call.backend.image_sizes()?;
    let images: Vec<Value> = call
        .backend
        .images(&query)?
        .iter()
        .map(|image| {
            let unique = sizes.iter().find(|(id, ..)| *id == image.id).map_or(0, |(_, unique, _)| *unique);
            self::image(image, unique, now)
        })
        .collect();
    let containers: Vec<Value> =
        call.backend.containers(true)?.iter().map(|found| container(found, now)).collect();
    let volumes: Vec<Value> = call.backend.volumes()?.iter().map(volume).collect();
    if let Some(format) = call.matches.text("format").filter(|format| !format.is_empty()) {
        let all = json!({ "Images": images, "Containers": containers, "Volumes": volumes, "BuildCache": [] });
        let template = Template::parse(format)
            .map_err(|error| Failure::client(format!("template parsing error: {error}")))?;
        let text = template
            .execute(&all, Data::Struct("*formatter.diskUsageContext"))
            .map_err(|error| Failure::client(error.to_string()))?;
        call.print(text);
        return Ok(0);
    }
    const IMAGES: &[(&str, &str)] = &[
        ("Repository", "REPOSITORY"),
        ("Tag", "TAG"),
        ("ID", "IMAGE ID"),
        ("CreatedSince", "CREATED"),
        ("VirtualSize", "SIZE"),
        ("SharedSize", "SHARED SIZE"),
        ("UniqueSize", "UNIQUE SIZE"),
        ("Containers", "CONTAINERS"),
    ];
    const CONTAINERS: &[(&str, &str)] = &[
        ("ID", "CONTAINER ID"),
        ("Image", "IMAGE"),
        ("Command", "COMMAND"),
        ("LocalVolumes", "LOCAL VOLUMES"),
        ("Size", "SIZE"),
        ("RunningFor", "CREATED"),
        ("Status", "STATUS"),
        ("Names", "NAMES"),
    ];
    const VOLUMES: &[(&str, &str)] = &[("Name", "VOLUME NAME"), ("Links", "LINKS"), ("Size", "SIZE")];
    let cache: Vec<&str> = vec!["CACHE ID", "CACHE TYPE", "SIZE", "CREATED", "LAST USED", "USAGE", "SHARED"];
    let cache = table::layout(&[cache.into_iter().map(str::to_owned).collect()]);
    call.print(format!(
        "Images space usage:\n\n{}\nContainers space usage:\n\n{}\nLocal Volumes space usage:\n\n{}\nBuild cache usage: \
         0B\n\n{cache}",
        rows(IMAGES, &images),
        rows(CONTAINERS, &containers),
        rows(VOLUMES, &volumes),
    ));
    Ok(0)
}

fn rows(columns: &[(&str, &str)], all: &[Value]) -> String {
    let mut lines = vec![columns.iter().map(|(_, header)| (*header).to_owned()).collect::<Vec<_>>()];
    for row in all {
        let cell = |(field, _): &(&str, &str)| {
            let text = row[field].as_str().unwrap_or_default().to_owned();
            // Ids are short in the table alone.
            if *field == "ID" { text.trim_start_matches("sha256:").chars().take(12).collect() } else { text }
        };
        lines.push(columns.iter().map(cell).collect());
    }
    table::layout(&lines)
}

fn image(image: &ImageSummary, unique: u64, now: Time) -> Value {
    let name = image.repo_tags.first().and_then(|tag| tag.rsplit_once(':')).unwrap_or(("<none>", "<none>"));
    let size = human_size_precise(image.size, 3);
    json!({
        "Containers": image.containers.to_string(),
        "CreatedAt": super::version::local_time(image.created),
        "CreatedSince": format!("{} ago", human_duration(image.created, now)),
        "Digest": "",
        "ID": image.id.to_string(),
        "Repository": name.0,
        "SharedSize": human_size(image.size.saturating_sub(unique)),
        "Size": size,
        "Tag": name.1,
        "UniqueSize": human_size(unique),
        "VirtualSize": human_size(image.size),
    })
}

fn container(found: &ContainerSummary, now: Time) -> Value {
    let mut row = super::ps::row(found, true, now);
    let volumes = found.mounts.iter().filter(|mount| mount.kind == api::MountKind::Volume).count();
    row["LocalVolumes"] = json!(volumes.to_string());
    row["Size"] = json!(human_size(found.size));
    row
}

fn volume(volume: &VolumeSummary) -> Value {
    json!({
        "Driver": "local",
        "Labels": volume.labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(","),
        "Links": volume.links.to_string(),
        "Mountpoint": format!("/var/lib/docker/volumes/{}/_data", volume.name),
        "Name": volume.name,
        "Scope": "local",
        "Size": human_size(volume.size),
    })
}
