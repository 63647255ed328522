use api::{ApiError, CacheVerdict, KeyPart};
use digest::Digest;
use oci::{ConfigStyle, ContainerConfig, History, ImageConfig};

use super::reason;
use crate::images::DOCKER_VERSION;
use crate::{Engine, images::Image};

/// Which images may serve as cache.
#[derive(Debug)]
enum Mode {
    /// `--no-cache`.
    Off,
    /// All images of the store.
    Local,
    /// `--cache-from`: these images and what they were built of.
    From(Vec<Digest>),
}

/// The build cache of the classic builder: images of the store whose parent and configuration are as wanted. After a
/// miss nothing more is asked until the next `FROM`.
#[derive(Debug)]
pub(crate) struct Cache {
    mode: Mode,
    missed: bool,
}

impl Cache {
    /// The cache of a build. Sources that do not exist are left out, as docker does.
    pub(crate) fn new(engine: &Engine, no_cache: bool, sources: &[String]) -> Self {
        let mode = match (no_cache, sources) {
            (true, _) => Mode::Off,
            (false, []) => Mode::Local,
            (false, names) => {
                Mode::From(names.iter().filter_map(|name| engine.find_image(name).ok()).collect())
            }
        };
        Cache { mode, missed: false }
    }

    /// A new stage begins.
    pub(crate) fn reset(&mut self) {
        self.missed = false;
    }

    /// Asks for an image on `parent` with `config`; `key` says the same for people.
    pub(crate) fn probe(
        &mut self,
        engine: &mut Engine,
        parent: Option<Digest>,
        config: &ContainerConfig,
        key: &[KeyPart],
    ) -> Result<CacheVerdict, ApiError> {
        let unused = |reason: &str| Ok(CacheVerdict::Unused { reason: reason.to_owned() });
        if self.missed {
            return unused("an earlier step of this stage was not cached");
        }
        let found = match &mut self.mode {
            Mode::Off => return unused("--no-cache was given"),
            Mode::Local => local(engine, parent, config),
            Mode::From(sources) => from_sources(engine, sources, parent, config),
        };
        match found {
            Some(image) => Ok(CacheVerdict::Hit { image }),
            None => {
                self.missed = true;
                Ok(CacheVerdict::Miss { reason: reason::of_miss(engine, parent, key) })
            }
        }
    }
}

/// The newest image on `parent` with an equal configuration; on scratch any image without a parent counts.
fn local(engine: &Engine, parent: Option<Digest>, config: &ContainerConfig) -> Option<Digest> {
    engine
        .images
        .iter()
        .filter(|(_, image)| image.parent == parent && matches(&image.config.container_config, config))
        .max_by_key(|(id, image)| (image.config.created, **id))
        .map(|(id, _)| *id)
}

/// The parts of a configuration that docker compares.
pub(crate) fn matches(a: &ContainerConfig, b: &ContainerConfig) -> bool {
    let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    a.attach_stdout == b.attach_stdout
        && a.attach_stderr == b.attach_stderr
        && a.user == b.user
        && a.open_stdin == b.open_stdin
        && a.tty == b.tty
        && list(&a.cmd) == list(&b.cmd)
        && a.env == b.env
        && a.labels.clone().unwrap_or_default() == b.labels.clone().unwrap_or_default()
        && a.exposed_ports == b.exposed_ports
        && list(&a.entrypoint) == list(&b.entrypoint)
        && a.volumes.clone().unwrap_or_default() == b.volumes.clone().unwrap_or_default()
}

fn from_sources(
    engine: &mut Engine,
    sources: &mut Vec<Digest>,
    parent: Option<Digest>,
    config: &ContainerConfig,
) -> Option<Digest> {
    if let Some(found) = local(engine, parent, config)
        && sources.iter().any(|source| is_ancestor(engine, found, *source))
    {
        return Some(found);
    }
    let base = parent.and_then(|parent| engine.images.get(&parent)).cloned();
    let depth = base.as_ref().map_or(0, |base| base.config.history.len());
    for source in sources.clone() {
        let Some(image) = engine.images.get(&source).cloned() else { continue };
        let command = config.cmd.as_deref().unwrap_or_default().join(" ");
        let step = image.config.history.get(depth).filter(|step| step.created_by == command);
        let Some(step) = step.filter(|_| is_valid_base(&image, base.as_ref())) else { continue };
        if image.config.history.len() - 1 == depth {
            if let Some(image) = engine.images.get_mut(&source) {
                image.parent = image.parent.or(parent);
            }
            return Some(source);
        }
        let restored = restored(&image, base.as_ref(), step.clone(), config, depth);
        *sources = vec![source];
        return Some(engine.add_image(restored, parent));
    }
    None
}

/// Whether `image` is `of` or was built on the way to it.
fn is_ancestor(engine: &Engine, image: Digest, of: Digest) -> bool {
    let mut next = Some(of);
    while let Some(id) = next {
        if id == image {
            return true;
        }
        next = engine.images.get(&id).and_then(|image| image.parent);
    }
    false
}

/// Whether `image` begins with all of `base`.
fn is_valid_base(image: &Image, base: Option<&Image>) -> bool {
    let Some(base) = base else { return !image.config.history.is_empty() };
    let (own, below) = (&image.config, &base.config);
    own.history.len() > below.history.len()
        && own.history.starts_with(&below.history)
        && own.rootfs.diff_ids.starts_with(&below.rootfs.diff_ids)
}

/// The intermediate image that a `--cache-from` image was built over, made again from its history.
fn restored(
    image: &Image,
    base: Option<&Image>,
    step: History,
    config: &ContainerConfig,
    depth: usize,
) -> ImageConfig {
    let layers_below = |steps: &[History]| steps.iter().filter(|step| !step.empty_layer).count();
    let mut restored = ImageConfig::new(ConfigStyle::Docker);
    restored.architecture.clone_from(&image.config.architecture);
    restored.os.clone_from(&image.config.os);
    restored.author.clone_from(&image.config.author);
    restored.docker_version = DOCKER_VERSION.to_owned();
    restored.created = step.created;
    restored.config = config.clone();
    if let Some(base) = base {
        restored.history.clone_from(&base.config.history);
        restored.rootfs = base.config.rootfs.clone();
    }
    if !step.empty_layer {
        let at = layers_below(&image.config.history[..depth]);
        restored.rootfs.diff_ids.extend(image.config.rootfs.diff_ids.get(at));
    }
    restored.history.push(step);
    restored
}
