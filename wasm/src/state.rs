//! What there is: images, layers, containers.

use api::{ContainerSummary, ImageSummary};
use digest::Digest;
use serde::Serialize;
use simulator::Simulator;
use vfs::Time;

/// A file of the project folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileView {
    /// Its path within the folder.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
}

/// Everything that a page lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    /// All images, intermediate ones too, newest first.
    pub images: Vec<ImageView>,
    /// All containers, newest first.
    pub containers: Vec<ContainerView>,
    /// The shell's working directory.
    pub directory: String,
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImageView {
    /// Its id.
    pub id: Digest,
    /// Its names.
    pub tags: Vec<String>,
    /// The image it was built on.
    pub parent: Option<Digest>,
    /// Nanoseconds since 1970.
    pub created: Time,
    /// Bytes of all its layers.
    pub size: u64,
    /// What made it, oldest first.
    pub history: Vec<HistoryView>,
}

/// A row of an image's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistoryView {
    /// The command that made it, as Docker writes it down.
    pub created_by: String,
    /// Its layer; none where only the configuration changed.
    pub diff_id: Option<Digest>,
    /// Bytes of its layer.
    pub size: u64,
}

/// A container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContainerView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The image as it was named.
    pub image: String,
    /// Its command.
    pub command: String,
    /// Its state.
    pub status: api::ContainerStatus,
    /// Exit status of an exited one.
    pub exit_code: i32,
}

pub(crate) fn view(
    simulator: &Simulator,
    images: &[ImageSummary],
    containers: &[ContainerSummary],
    directory: String,
) -> State {
    let image = |summary: &ImageSummary| ImageView {
        id: summary.id,
        tags: summary.repo_tags.iter().filter(|tag| *tag != "<none>:<none>").cloned().collect(),
        parent: summary.parent,
        created: summary.created,
        size: summary.size,
        history: history(simulator, &summary.id),
    };
    let container = |summary: &ContainerSummary| ContainerView {
        id: summary.id.to_string(),
        name: summary.names.first().cloned().unwrap_or_default(),
        image: summary.image.clone(),
        command: summary.command.clone(),
        status: summary.status,
        exit_code: summary.exit_code,
    };
    State {
        images: images.iter().map(image).collect(),
        containers: containers.iter().map(container).collect(),
        directory,
    }
}

fn history(simulator: &Simulator, id: &Digest) -> Vec<HistoryView> {
    let engine = simulator.engine();
    let Some(image) = engine.image(id) else { return Vec::new() };
    let chains = image.config.rootfs.chain_ids();
    let mut layers = chains.iter().filter_map(|chain| engine.layers().find(|(known, _)| *known == chain));
    let row = |step: &oci::History| {
        let layer = if step.empty_layer { None } else { layers.next().map(|(_, layer)| layer) };
        HistoryView {
            created_by: step.created_by.clone(),
            diff_id: layer.map(|layer| layer.diff_id),
            size: layer.map_or(0, |layer| layer.size),
        }
    };
    image.config.history.iter().map(row).collect()
}
