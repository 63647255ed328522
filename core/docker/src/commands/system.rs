//! `docker system df` and `docker system prune`.

use api::{ContainerStatus, ImageQuery, ImageRemoval};
use serde_json::{Value, json};

use super::{BASE, conditions::Conditions};
use crate::{
    Command,
    command::Call,
    failure::Failure,
    flags::{list, switch, text},
    human_size,
    listing::Listing,
};

pub(crate) const DF: Command = Command {
    names: &["system df"],
    usage: "[OPTIONS]",
    summary: "Show docker disk usage",
    flags: &[
        text("format", None, "Print each row by a Go template"),
        switch("verbose", Some('v'), "Show each image, container and volume"),
    ],
    run: df,
    ..BASE
};

pub(crate) const PRUNE: Command = Command {
    names: &["system prune"],
    usage: "[OPTIONS]",
    summary: "Remove unused data",
    flags: &[
        switch("all", Some('a'), "Remove every image that no container uses, not only dangling ones"),
        list("filter", None, "Keep what does not meet a condition (label=)"),
        switch("force", Some('f'), "Do not ask"),
        switch("volumes", None, "Remove unused volumes too"),
    ],
    run: prune,
    ..BASE
};

const LISTING: Listing = Listing {
    headers: &[
        ("Type", "TYPE"),
        ("TotalCount", "TOTAL"),
        ("Active", "ACTIVE"),
        ("Size", "SIZE"),
        ("Reclaimable", "RECLAIMABLE"),
    ],
    default: "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}",
    raw: "type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\n\
          reclaimable: {{.Reclaimable}}\n",
    // That of the first row, where the first mistake is found.
    type_name: "*formatter.diskUsageImagesContext",
};

fn df(call: &mut Call<'_>) -> Result<u8, Failure> {
    if call.switch("verbose") {
        return super::disk_usage::verbose(call);
    }
    let images = call.backend.images(&ImageQuery { all: false, reference: None, filters: Vec::new() })?;
    let containers = call.backend.containers(true)?;
    let volumes = call.backend.volumes()?;
    let sizes = call.backend.image_sizes()?;
    let unique = |id| sizes.iter().find(|(image, ..)| *image == id).map_or(0, |(_, unique, _)| *unique);
    let is_used = |id| containers.iter().any(|container| container.image_id == id);
    let layers: u64 = call.backend.layers_size()?;
    let images_active = images.iter().filter(|image| is_used(image.id)).count();
    let used: u64 = images.iter().filter(|image| is_used(image.id)).map(|image| unique(image.id)).sum();
    let shared = sizes.iter().filter(|(id, ..)| is_used(*id)).map(|(.., shared)| *shared).max().unwrap_or(0);
    let running = |status| {
        matches!(status, ContainerStatus::Running | ContainerStatus::Paused | ContainerStatus::Restarting)
    };
    let size: u64 = containers.iter().map(|container| container.size).sum();
    let stopped: u64 = containers.iter().filter(|found| !running(found.status)).map(|found| found.size).sum();
    let volume_size: u64 = volumes.iter().map(|volume| volume.size).sum();
    let unused: u64 = volumes.iter().filter(|volume| volume.links == 0).map(|volume| volume.size).sum();
    let rows = [
        row("Images", images.len(), images_active, layers, layers.saturating_sub(used + shared)),
        row(
            "Containers",
            containers.len(),
            containers.iter().filter(|container| running(container.status)).count(),
            size,
            stopped,
        ),
        row(
            "Local Volumes",
            volumes.len(),
            volumes.iter().filter(|volume| volume.links > 0).count(),
            volume_size,
            unused,
        ),
        super::builder::usage_row(call)?,
    ];
    call.print(LISTING.show(call.matches.text("format"), &rows)?);
    Ok(0)
}

fn row(kind: &str, total: usize, active: usize, size: u64, reclaimable: u64) -> Value {
    let share = match size {
        0 => String::new(),
        size => format!(" ({}%)", reclaimable.saturating_mul(100) / size),
    };
    json!({
        "Type": kind, "TotalCount": total.to_string(), "Active": active.to_string(),
        "Size": human_size(size), "Reclaimable": human_size(reclaimable) + &share,
    })
}

fn prune(call: &mut Call<'_>) -> Result<u8, Failure> {
    let (all, volumes) = (call.switch("all"), call.switch("volumes"));
    let conditions = Conditions::of(call, &["label", "label!", "until"])?;
    let mut warning =
        "WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at least one \
                       container\n"
            .to_owned();
    if volumes {
        warning += "  - all volumes not used by at least one container\n";
    }
    warning += match all {
        true => "  - all images without at least one container associated to them\n  - all build cache\n",
        false => "  - all dangling images\n  - all dangling build cache\n",
    };
    warning += "\nAre you sure you want to continue? [y/N] ";
    if !call.switch("force") && !call.agrees(&warning)? {
        return Ok(0);
    }
    let mut text = String::new();
    let containers =
        call.backend.prune_containers(&|found| conditions.spare(&found.labels, found.created))?;
    let mut reclaimed = containers.reclaimed;
    if !containers.removed.is_empty() {
        text += &format!("Deleted Containers:\n{}\n\n", containers.removed.join("\n"));
    }
    let networks = call.backend.prune_networks(&|found| conditions.spare(&found.labels, found.created))?;
    if !networks.is_empty() {
        text += &format!("Deleted Networks:\n{}\n\n", networks.join("\n"));
    }
    if volumes {
        let volumes = call.backend.prune_volumes(&|found| conditions.spare(&found.labels, found.created))?;
        reclaimed += volumes.reclaimed;
        if !volumes.removed.is_empty() {
            text += &format!("Deleted Volumes:\n{}\n\n", volumes.removed.join("\n"));
        }
    }
    let images = call.backend.prune_images(all, &|image| conditions.spare(&image.labels, image.created))?;
    reclaimed += images.reclaimed;
    if !images.removed.is_empty() {
        text += "Deleted Images:\n";
        for removal in &images.removed {
            text += &match removal {
                ImageRemoval::Untagged(name) => format!("untagged: {name}\n"),
                ImageRemoval::Deleted(id) => format!("deleted: {id}\n"),
            };
        }
        text.push('\n');
    }
    let cache = super::builder::remove(call, all, &mut |record| conditions.spare(&[], record.created))?;
    reclaimed += cache.1;
    text += &super::builder::deleted(&cache.0);
    call.print(text + &format!("Total reclaimed space: {}\n", human_size(reclaimed)));
    Ok(0)
}
