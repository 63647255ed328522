use std::time::Duration;

use api::{ApiError, BuildRequest, CacheVerdict, ErrorKind, EventKind, HostConfig, Io, KeyPart};
use digest::{Digest, Id};
use oci::ContainerConfig;
use vfs::{ChangeSet, Tree, diff};

use super::args::BuildArgs;
use super::cache::Cache;
use super::settings::Settings;
use super::stages::Stages;
use crate::containers::{check_resources, file_changes};
use crate::images::{Child, Image, NewLayer};
use crate::{Engine, Runtime};

/// What a step gives: nothing, or the error that ends the build.
pub(crate) type Outcome = Result<(), ApiError>;

/// What docker takes to create, compare, commit and remove a container.
const CREATE_COST: Duration = Duration::from_micros(38_915);
const COMMIT_COST: Duration = Duration::from_micros(21_402);
const REMOVE_COST: Duration = Duration::from_micros(9_763);
const COPY_COST: Duration = Duration::from_micros(63_208);
const COPY_COST_PER_MIB: Duration = Duration::from_micros(6_400);

/// The stage that is being built.
pub(crate) struct StageState {
    /// The configuration so far.
    pub(crate) settings: Settings,
    /// The image so far; none on scratch.
    pub(crate) image: Option<Digest>,
    /// The author, once MAINTAINER has said.
    pub(crate) author: String,
}

/// A build under way.
pub(crate) struct Build<'a> {
    pub(crate) engine: &'a mut Engine,
    pub(crate) runtime: &'a mut Runtime,
    pub(crate) io: &'a mut dyn Io,
    pub(crate) request: &'a BuildRequest,
    /// The build context, without what the daemon takes out of it.
    pub(crate) context: Tree,
    pub(crate) args: BuildArgs,
    pub(crate) stages: Stages,
    pub(crate) cache: Cache,
    pub(crate) stage: StageState,
    /// Containers of steps that have not been removed yet.
    pub(crate) containers: Vec<Id>,
    /// The cache key of the step, kept to explain later misses.
    pub(crate) step_key: Vec<KeyPart>,
    /// The commit of the step, told when its container is gone.
    pub(crate) committed: Option<EventKind>,
}

/// A failure of a step, told in the build's stream.
pub(crate) fn failed(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::Build, message)
}

impl Build<'_> {
    pub(crate) fn emit(&mut self, kind: EventKind) {
        self.engine.emit(self.io, kind);
    }

    /// Build arguments that the image's environment does not override.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        self.args.beside(&self.stage.settings.config.env)
    }

    /// Settings for another configuration of this Dockerfile.
    pub(crate) fn fresh_settings(&self, config: ContainerConfig) -> Settings {
        let expander = self.stage.settings.expander;
        Settings::new(config, expander.escape, expander.vintage)
    }

    /// The image is a step further.
    pub(crate) fn set_image(&mut self, image: Option<Digest>) {
        self.stage.image = image;
        self.stage.settings.config.image = image.map(|image| image.to_string()).unwrap_or_default();
    }

    /// Chain id of the image so far.
    pub(crate) fn chain(&self) -> Option<Digest> {
        self.stage.image.and_then(|image| self.engine.images.get(&image)).and_then(Image::chain)
    }

    /// Files of the image so far.
    ///
    /// # Errors
    /// A layer that cannot be read.
    pub(crate) fn base_tree(&self) -> Result<Tree, ApiError> {
        self.engine.tree_of(self.chain())
    }

    /// The first parts of every cache key.
    pub(crate) fn key(&self, instruction: String) -> Vec<KeyPart> {
        let parent = self.stage.image.map_or_else(|| "scratch".to_owned(), |image| image.short());
        let part = |name: &str, value: String| KeyPart { name: name.to_owned(), value };
        vec![part("parent", parent), part("instruction", instruction)]
    }

    /// Asks the cache; a hit is the image from here on.
    pub(crate) fn probe(
        &mut self,
        config: &ContainerConfig,
        key: Vec<KeyPart>,
    ) -> Result<CacheVerdict, ApiError> {
        let verdict = self.cache.probe(self.engine, self.stage.image, config, &key)?;
        self.emit(EventKind::CacheProbed(api::CacheProbe { key: key.clone(), verdict: verdict.clone() }));
        match &verdict {
            CacheVerdict::Hit { image } => self.set_image(Some(*image)),
            _ => self.step_key = key,
        }
        Ok(verdict)
    }

    /// Creates a container on the image so far.
    pub(crate) fn create(&mut self, config: ContainerConfig, executes: bool) -> Result<Id, ApiError> {
        self.engine.advance(CREATE_COST);
        let host = HostConfig {
            network: self.request.network.clone(),
            extra_hosts: self.request.extra_hosts.clone(),
            ..self.request.resources.clone()
        };
        check_resources(&host).map_err(|error| failed(error.message))?;
        let command = config.cmd.clone().unwrap_or_default();
        let id = self
            .engine
            .create_container(self.stage.image, config, host, None)
            .map_err(|error| failed(error.message))?;
        self.containers.push(id);
        let image = self.stage.image;
        self.emit(EventKind::ContainerCreated { id, image, command, executes });
        Ok(id)
    }

    /// A step that only changes the configuration: `comment` is its note in history.
    pub(crate) fn note(&mut self, comment: &str) -> Outcome {
        let config = self.stage.settings.noted(comment);
        self.commit_noted(config, comment)
    }

    /// The same with a command of its own spelling. The container is created and committed, not run.
    pub(crate) fn commit_noted(&mut self, config: ContainerConfig, comment: &str) -> Outcome {
        let key = self.key(comment.to_owned());
        if let CacheVerdict::Hit { .. } = self.probe(&config, key)? {
            return Ok(());
        }
        let id = self.create(config, false)?;
        let recorded = self.engine.container(id)?.config.clone();
        self.commit_container(id, recorded)
    }

    /// Commits a container's changes; `recorded` becomes the image's `container_config`.
    pub(crate) fn commit_container(&mut self, id: Id, recorded: ContainerConfig) -> Outcome {
        let container = self.engine.container(id)?;
        let (chain, files) = (container.chain, container.files());
        let (base, tree) = (files.base.clone(), files.tree.clone());
        let layer = self.snapshot(chain, diff(&base, &tree), &base)?;
        self.commit(Some(id), recorded, &layer);
        Ok(())
    }

    /// Commits files that were written without a container.
    pub(crate) fn commit_files(&mut self, recorded: ContainerConfig, layer: &NewLayer) {
        self.commit(None, recorded, layer);
    }

    /// Makes a layer of changes to `base`, the tree that the container (or copy) began with.
    pub(crate) fn snapshot(
        &mut self,
        chain: Option<Digest>,
        changes: ChangeSet,
        base: &Tree,
    ) -> Result<NewLayer, ApiError> {
        let told = file_changes(&changes, base);
        let layer = self.engine.make_layer(chain, changes)?;
        if !told.is_empty() {
            self.emit(EventKind::ChangesSnapshotted { changes: told });
        }
        if let Some(diff_id) = layer.diff_id {
            self.emit(EventKind::LayerMade { diff_id, size: layer.size, hidden: layer.hidden });
        }
        Ok(layer)
    }

    fn commit(&mut self, container: Option<Id>, recorded: ContainerConfig, layer: &NewLayer) {
        self.engine.advance(COMMIT_COST);
        let parent = self.stage.image;
        let child = Child {
            parent,
            container,
            author: self.stage.author.clone(),
            comment: String::new(),
            config: self.stage.settings.config.clone(),
            container_config: recorded,
        };
        let id = self.engine.commit_child(child, layer);
        self.engine.facts.insert(id, std::mem::take(&mut self.step_key));
        self.set_image(Some(id));
        let empty_layer = layer.diff_id.is_none();
        self.committed = Some(EventKind::ImageCommitted { id, parent, empty_layer });
    }

    /// Removes the containers of the step.
    pub(crate) fn remove_containers(&mut self) {
        for id in std::mem::take(&mut self.containers) {
            self.engine.advance(REMOVE_COST);
            self.engine.discard_container(id, true);
            self.emit(EventKind::ContainerRemoved { id });
        }
    }

    /// Tells the end of a step or trigger; `shown` is whether the image's id is to be shown.
    pub(crate) fn finish_step(&mut self, shown: bool) {
        let image = self.stage.image;
        self.emit(EventKind::StepFinished { image, shown });
    }

    /// Virtual time for copying so many bytes.
    pub(crate) fn spend_on_copy(&mut self, bytes: u64) {
        let mib = u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
        self.engine.advance(COPY_COST + COPY_COST_PER_MIB * mib);
    }
}
