use std::collections::BTreeMap;
use std::sync::Arc;

use api::{ContainerStatus, DaemonEvent, DockerVersion, HostConfig, KeyPart, MountPoint, PortBinding};
use digest::{Digest, Id};
use im::Vector;
use oci::layer::LayerStyle;
use oci::{ContainerConfig, ImageConfig};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use vfs::Time;

use super::build_cache::StoredBuildCache;
use super::container::StoredFiles;
use super::remote::StoredRemotes;
use super::volume::{StoredVolume, load_bind, load_volume, store_shared, store_volume};
use super::{LoadError, Parts, Saved, Shelf, Writer};
use crate::containers::{Container, Health};
use crate::ids::Ids;
use crate::images::{Image, References};
use crate::layers::{Layer, Layers};
use crate::networks::{Endpoint, Link, Network};
use crate::{Engine, images};

/// The format that is written, and read: files of containers are of another form in format 1.
const FORMAT: u32 = 3;

#[derive(Serialize, Deserialize)]
struct Document {
    format: u32,
    docker: DockerVersion,
    clock: Time,
    ids: Ids,
    images: Vec<StoredImage>,
    references: BTreeMap<String, Digest>,
    layers: Vec<StoredLayer>,
    containers: Vec<StoredContainer>,
    /// Cache keys by image.
    cache: BTreeMap<Digest, Vec<KeyPart>>,
    #[serde(default)]
    build_cache: StoredBuildCache,
    #[serde(default)]
    volumes: Vec<StoredVolume>,
    #[serde(default)]
    binds: BTreeMap<String, Digest>,
    #[serde(default)]
    networks: BTreeMap<Id, Network>,
    #[serde(default)]
    links: Vec<Link>,
    #[serde(default)]
    happenings: Vec<DaemonEvent>,
    #[serde(default)]
    remotes: StoredRemotes,
}

/// What every format has.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

#[derive(Serialize, Deserialize)]
struct StoredImage {
    id: Digest,
    parent: Option<Digest>,
    last_tagged: Option<Time>,
    config: Box<RawValue>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredLayer {
    diff_id: Digest,
    parent: Option<Digest>,
    size: u64,
    style: LayerStyle,
    files: Digest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tar: Option<Digest>,
}

#[derive(Serialize, Deserialize)]
struct StoredContainer {
    id: Id,
    name: String,
    created: Time,
    image: Option<Digest>,
    chain: Option<Digest>,
    config: ContainerConfig,
    host: HostConfig,
    path: String,
    args: Vec<String>,
    status: ContainerStatus,
    exit_code: i32,
    error: String,
    started: Option<Time>,
    finished: Option<Time>,
    size: u64,
    #[serde(default)]
    mounts: Vec<MountPoint>,
    #[serde(default)]
    endpoints: Vec<Endpoint>,
    #[serde(default)]
    published: Vec<PortBinding>,
    #[serde(default)]
    restarts: u32,
    restart_at: Option<Time>,
    #[serde(default)]
    stopped: bool,
    #[serde(default)]
    oom_killed: bool,
    health: Option<Health>,
    files: Digest,
}

impl Engine {
    /// The state as bytes. What a container's processes are doing is not in it, nor are the events.
    ///
    /// # Errors
    /// One sentence: a layer that an earlier state holds and that cannot be read.
    pub fn save(&self) -> Result<Saved, String> {
        let mut writer = Writer::default();
        let document = Document {
            format: FORMAT,
            docker: self.version,
            clock: self.clock,
            ids: self.ids,
            images: self
                .images
                .iter()
                .map(|(id, image)| store_image(*id, image))
                .collect::<Result<_, _>>()?,
            references: self.references.iter().map(|(name, id)| (name.to_string(), id)).collect(),
            layers: self.layers.iter().filter_map(|(_, layer)| store_layer(layer, &mut writer)).collect(),
            containers: self
                .containers
                .iter()
                .map(|(id, container)| self.store_container(*id, container, &mut writer))
                .collect::<Result<_, _>>()?,
            cache: self.facts.iter().map(|(id, key)| (*id, key.clone())).collect(),
            build_cache: StoredBuildCache::of(&self.build_cache, &mut writer),
            volumes: self
                .volumes
                .iter()
                .filter_map(|(name, volume)| store_volume(name, volume, &mut writer))
                .collect(),
            networks: self.networks.iter().map(|(id, network)| (*id, network.clone())).collect(),
            links: self.links.iter().copied().collect(),
            happenings: self.happenings(),
            remotes: StoredRemotes::of(&self.remotes, &mut writer)?,
            binds: self
                .binds
                .iter()
                .filter_map(|(source, bind)| Some((source.clone(), store_shared(&bind.files, &mut writer)?)))
                .collect(),
        };
        let Writer { new, mut all } = writer;
        all.sort();
        all.dedup();
        let document = serde_json::to_vec(&document).map_err(|error| error.to_string())?;
        Ok(Saved { document, new_parts: new, parts: all })
    }

    fn store_container(
        &self,
        id: Id,
        container: &Container,
        writer: &mut Writer,
    ) -> Result<StoredContainer, String> {
        let image = match container.files.part() {
            Some(_) => vfs::Tree::new(vfs::Metadata::new(0o755, Time::EPOCH)),
            None => self.tree_of(container.chain).map_err(|error| error.message)?,
        };
        let files = writer
            .part(&container.files, |files| StoredFiles::of(files, &image))
            .ok_or_else(|| format!("the files of container {} are lost", id.short()))?;
        Ok(StoredContainer {
            id,
            name: container.name.clone(),
            created: container.created,
            image: container.image,
            chain: container.chain,
            config: container.config.clone(),
            host: container.host.clone(),
            path: container.path.clone(),
            args: container.args.clone(),
            status: container.status,
            exit_code: container.exit_code,
            error: container.error.clone(),
            started: container.started,
            finished: container.finished,
            size: container.size(),
            mounts: container.mounts.clone(),
            endpoints: container.endpoints.clone(),
            published: container.published.clone(),
            restarts: container.restarts,
            restart_at: container.restart_at,
            stopped: container.stopped,
            oom_killed: container.oom_killed,
            health: container.health.clone(),
            files,
        })
    }

    /// The state that [`Engine::save`] wrote; its parts are read when they are needed.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub fn load(document: &[u8], parts: Arc<dyn Parts>) -> Result<Self, LoadError> {
        let damaged = |error: serde_json::Error| LoadError::Damaged(error.to_string());
        let head: Head = serde_json::from_slice(document).map_err(damaged)?;
        if head.format != FORMAT {
            return Err(LoadError::Format(head.format, FORMAT));
        }
        let document: Document = serde_json::from_slice(document).map_err(damaged)?;
        let layers = document.layers.into_iter().map(load_layer);
        let mut engine = Engine {
            version: document.docker,
            clock: document.clock,
            ids: document.ids,
            layers: Layers::saved(layers, parts),
            images: document.images.into_iter().map(load_image).collect::<Result<_, _>>()?,
            references: References::default(),
            containers: document.containers.into_iter().map(load_container).collect(),
            facts: document.cache.into_iter().collect(),
            graph_driver: false,
            build_cache: document.build_cache.load(),
            volumes: document.volumes.into_iter().map(load_volume).collect(),
            networks: document.networks.into_iter().collect(),
            links: document.links.into_iter().collect(),
            binds: document.binds.into_iter().map(|(source, part)| (source, load_bind(part))).collect(),
            log: Vector::new(),
            happenings: document.happenings.into_iter().collect(),
            remotes: document.remotes.load()?,
        };
        for (name, id) in document.references {
            let reference = crate::Reference::parse_normalized(&name)
                .map_err(|error| LoadError::Damaged(format!("{name}: {error}")))?;
            engine.references.set(&reference, id);
        }
        Ok(engine)
    }
}

fn store_image(id: Digest, image: &Image) -> Result<StoredImage, String> {
    let json = String::from_utf8(image.json()).map_err(|error| error.to_string())?;
    let config = RawValue::from_string(json).map_err(|error| error.to_string())?;
    Ok(StoredImage { id, parent: image.parent, last_tagged: image.last_tagged, config })
}

fn load_image(stored: StoredImage) -> Result<(Digest, Image), LoadError> {
    let config = ImageConfig::from_json(stored.config.get().as_bytes())
        .map_err(|error| LoadError::Damaged(format!("image {}: {error}", stored.id.short())))?;
    let ours = digest::sha256(config.to_json()) == stored.id;
    let image = images::Image {
        config: Arc::new(config),
        parent: stored.parent,
        last_tagged: stored.last_tagged,
        source: (!ours).then(|| stored.config.get().as_bytes().into()),
    };
    Ok((stored.id, image))
}

pub(super) fn store_layer(layer: &Layer, writer: &mut Writer) -> Option<StoredLayer> {
    let files = writer.part(&layer.changes, Clone::clone)?;
    let tar = match &layer.tar {
        Some(tar) => Some(writer.part(tar, Clone::clone)?),
        None => None,
    };
    let (diff_id, parent, size, style) = (layer.diff_id, layer.parent, layer.size, layer.style);
    Some(StoredLayer { diff_id, parent, size, style, files, tar })
}

pub(super) fn load_layer(layer: StoredLayer) -> Layer {
    Layer::saved(layer.parent, layer.diff_id, layer.size, layer.style, layer.files, layer.tar)
}

fn load_container(stored: StoredContainer) -> (Id, Container) {
    let container = Container {
        name: stored.name,
        created: stored.created,
        image: stored.image,
        chain: stored.chain,
        config: stored.config,
        host: stored.host,
        path: stored.path,
        args: stored.args,
        status: stored.status,
        exit_code: stored.exit_code,
        error: stored.error,
        started: stored.started,
        finished: stored.finished,
        size: stored.size,
        mounts: stored.mounts,
        endpoints: stored.endpoints,
        published: stored.published,
        restarts: stored.restarts,
        restart_at: stored.restart_at,
        stopped: stored.stopped,
        oom_killed: stored.oom_killed,
        health: stored.health,
        files: Shelf::saved(stored.files),
    };
    (stored.id, container)
}
