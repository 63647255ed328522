use std::sync::Arc;

use api::{ApiError, ErrorKind, ImageInspect};
use digest::Digest;
use oci::ImageConfig;

use crate::Reference;
use vfs::{Time, Tree};

use crate::Engine;

/// An image of the local store.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its configuration.
    pub config: Arc<ImageConfig>,
    /// The image it was built on, if the store knows.
    pub parent: Option<Digest>,
    /// When it got a name last.
    pub last_tagged: Option<Time>,
    /// The configuration's bytes, where they came from elsewhere and we would write others.
    pub(crate) source: Option<Arc<[u8]>>,
}

impl Image {
    /// Chain id of the topmost layer; none without layers.
    pub fn chain(&self) -> Option<Digest> {
        self.config.rootfs.chain_ids().last().copied()
    }
}

impl Engine {
    /// An image by its id.
    pub fn image(&self, id: &Digest) -> Option<&Image> {
        self.images.get(id)
    }

    /// All images by id.
    pub fn images(&self) -> impl Iterator<Item = (&Digest, &Image)> {
        self.images.iter()
    }

    /// The file system of an image.
    ///
    /// # Errors
    /// No such image; a layer of a saved state that cannot be read.
    pub fn image_tree(&self, id: &Digest) -> Result<Tree, ApiError> {
        let image = self.images.get(id).ok_or_else(|| no_such_image(&id.to_string()))?;
        self.tree_of(image.chain())
    }

    /// The image that a user means by `name`: a reference, an id, or an id's beginning.
    ///
    /// # Errors
    /// `No such image: NAME`, with the tag that docker adds.
    pub fn find_image(&self, name: &str) -> Result<Digest, ApiError> {
        if let Some(id) = self.by_whole_id(name) {
            return Ok(id);
        }
        let reference = Reference::parse_normalized(name).ok().map(Reference::with_default_tag);
        if let Some(id) = reference.as_ref().and_then(|reference| self.references.get(reference)) {
            return Ok(id);
        }
        if let Some(id) = self.by_id_prefix(name) {
            return Ok(id);
        }
        Err(no_such_image(name))
    }

    fn by_whole_id(&self, name: &str) -> Option<Digest> {
        let hex = name.strip_prefix("sha256:").unwrap_or(name);
        let id: Digest = format!("sha256:{hex}").parse().ok()?;
        self.images.contains_key(&id).then_some(id)
    }

    fn by_id_prefix(&self, name: &str) -> Option<Digest> {
        let prefix = name.strip_prefix("sha256:").unwrap_or(name);
        if prefix.is_empty() || !prefix.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        let mut matching = self.images.keys().filter(|id| id.hex().starts_with(prefix));
        let first = matching.next()?;
        matching.next().is_none().then_some(*first)
    }

    /// Images that were built directly on `parent`.
    pub(crate) fn children(&self, parent: Digest) -> impl Iterator<Item = (&Digest, &Image)> {
        self.images.iter().filter(move |(_, image)| image.parent == Some(parent))
    }

    /// Puts an image into the store; one with this id stays as it is.
    pub(crate) fn add_image(&mut self, config: ImageConfig, parent: Option<Digest>) -> Digest {
        let id = config.id();
        self.add_image_as(id, config, parent);
        id
    }

    /// The same for a configuration whose id comes from the bytes it was read from.
    pub(crate) fn add_image_as(&mut self, id: Digest, config: ImageConfig, parent: Option<Digest>) {
        let image = Image { config: Arc::new(config), parent, last_tagged: None, source: None };
        let entry = self.images.entry(id).or_insert(image);
        entry.parent = entry.parent.or(parent);
    }

    /// Sum of the sizes of an image's layers.
    pub(crate) fn image_size(&self, image: &Image) -> u64 {
        let chains = image.config.rootfs.chain_ids();
        chains.iter().filter_map(|chain| self.layers.get(chain)).map(|layer| layer.size).sum()
    }

    /// Names of an image as docker shows them: with tag, and with digest.
    pub(crate) fn familiar_names(&self, id: Digest) -> (Vec<String>, Vec<String>) {
        let (by_digest, by_tag): (Vec<_>, Vec<_>) =
            self.references.of(id).into_iter().partition(|reference| reference.digest().is_some());
        let familiar = |references: Vec<Reference>| references.iter().map(Reference::familiar).collect();
        (familiar(by_tag), familiar(by_digest))
    }

    /// `docker image inspect`.
    ///
    /// # Errors
    /// `No such image: NAME`
    pub fn inspect_image(&self, name: &str) -> Result<ImageInspect, ApiError> {
        let id = self.find_image(name)?;
        let image = self.images.get(&id).ok_or_else(|| no_such_image(name))?;
        let (repo_tags, repo_digests) = self.familiar_names(id);
        let mut config = (*image.config).clone();
        if config.comment.is_empty() {
            // As docker does: commits keep their message in the history alone.
            config.comment = config.history.last().map(|step| step.comment.clone()).unwrap_or_default();
        }
        Ok(ImageInspect {
            id,
            repo_tags,
            repo_digests,
            parent: image.parent,
            config,
            size: self.image_size(image),
            last_tagged: image.last_tagged,
            top_layer: image.chain(),
        })
    }
}

/// Docker's answer for an unknown image: the name with the tag that was looked up, an id as it is.
pub(crate) fn no_such_image(name: &str) -> ApiError {
    let shown = match Reference::parse_normalized(name) {
        Ok(reference) => reference.with_default_tag().familiar(),
        Err(_) => name.to_owned(),
    };
    ApiError::new(ErrorKind::NotFound, format!("No such image: {shown}"))
}
