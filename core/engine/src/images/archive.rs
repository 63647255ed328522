use std::time::Duration;

use api::{ApiError, ErrorKind, LoadedImage};
use digest::{Digest, sha256};
use oci::docker_archive::{self, ArchivedImage, LoadError, SavedImage};
use oci::layer::{self, LayerStyle};
use oci::{ImageConfig, Reference};
use vfs::archive::{ArchiveError, Limits};
use vfs::{ChangeSet, Content};

use super::store::no_such_image;
use crate::Engine;
use crate::layers::chain_id;

/// What reading an archive takes for each image.
const LOAD_COST: Duration = Duration::from_micros(64_300);

impl Engine {
    /// `docker save`: an archive of images. A name without tag means all tags of its repository.
    ///
    /// # Errors
    /// An unknown image; a layer that cannot be read.
    pub fn save_images(&self, names: &[String]) -> Result<Vec<u8>, ApiError> {
        let mut images: Vec<(Digest, Vec<Reference>)> = Vec::new();
        for name in names {
            let (id, references) = self.to_save(name)?;
            for (id, reference) in id.map(|id| (id, None)).into_iter().chain(references) {
                let known = images.iter().position(|(known, _)| *known == id);
                let at = known.unwrap_or_else(|| {
                    images.push((id, Vec::new()));
                    images.len() - 1
                });
                images[at].1.extend(reference);
            }
        }
        let saved: Vec<SavedImage> =
            images.into_iter().map(|(id, names)| self.saved(id, names)).collect::<Result<_, _>>()?;
        let mut archive = Vec::new();
        docker_archive::save(&saved, self.clock, &mut archive)
            .map_err(|error| ApiError::new(ErrorKind::Server, error.to_string()))?;
        Ok(archive)
    }

    /// What a word of `docker save` names: an image by its id, or images with the names they have.
    #[allow(clippy::type_complexity, reason = "two ways to name, used once")]
    fn to_save(&self, name: &str) -> Result<(Option<Digest>, Vec<(Digest, Option<Reference>)>), ApiError> {
        let reference = Reference::parse_normalized(name).ok();
        let tagged = reference.as_ref().filter(|reference| reference.tag().is_some());
        if let Some(wanted) = tagged {
            return match self.references.get(wanted) {
                Some(id) => Ok((None, vec![(id, Some(wanted.clone()))])),
                None => Err(ApiError::new(ErrorKind::NotFound, "reference does not exist")),
            };
        }
        let repository = reference.as_ref().map(Reference::name).unwrap_or_default();
        let all: Vec<_> = self
            .references
            .iter()
            .filter(|(reference, _)| reference.tag().is_some() && reference.name() == repository)
            .map(|(reference, id)| (id, Some(reference)))
            .collect();
        if !all.is_empty() {
            return Ok((None, all));
        }
        let id = self.find_image(name).map_err(|error| match error.kind {
            ErrorKind::NotFound => ApiError::new(ErrorKind::NotFound, format!("No such image: {name}")),
            _ => error,
        })?;
        Ok((Some(id), Vec::new()))
    }

    fn saved(&self, id: Digest, names: Vec<Reference>) -> Result<SavedImage, ApiError> {
        let image = self.images.get(&id).ok_or_else(|| no_such_image(&id.to_string()))?;
        let chains = image.config.rootfs.chain_ids();
        let layers = chains.iter().map(|chain| self.layer_tar(chain)).collect::<Result<_, _>>()?;
        Ok(SavedImage { config_json: image.json(), config: (*image.config).clone(), names, layers })
    }

    /// `docker load`: takes the images of an archive into the store.
    ///
    /// # Errors
    /// An archive that is broken, or whose layers are not those that its images name.
    pub fn load_images(&mut self, archive: &[u8]) -> Result<Vec<LoadedImage>, ApiError> {
        let images = docker_archive::load(archive, Limits::default()).map_err(|error| refusal(&error))?;
        images.into_iter().map(|image| self.take(image)).collect()
    }

    fn take(&mut self, image: ArchivedImage) -> Result<LoadedImage, ApiError> {
        self.advance(LOAD_COST);
        let mut chain = None;
        let layers = image.layers.into_iter().zip(image.tars).zip(&image.config.rootfs.diff_ids);
        for ((changes, tar), diff_id) in layers {
            chain = Some(self.take_layer(chain, *diff_id, changes, tar)?);
        }
        let id = sha256(&image.config_json);
        let rewritten = sha256(image.config.to_json()) == id;
        self.add_image_as(id, image.config, None);
        if let Some(stored) = self.images.get_mut(&id).filter(|_| !rewritten) {
            stored.source = Some(image.config_json.into());
        }
        let mut loaded = LoadedImage { id, tags: Vec::new() };
        for tag in image.tags {
            let Ok(reference) = Reference::parse_normalized(&tag) else { continue };
            let old = self.references.get(&reference).filter(|old| *old != id);
            self.set_name(&reference, id);
            loaded.tags.push((reference.familiar(), old));
        }
        Ok(loaded)
    }

    /// A layer from elsewhere. Its tar is kept where we would not write the same one.
    pub(crate) fn take_layer(
        &mut self,
        parent: Option<Digest>,
        diff_id: Digest,
        changes: ChangeSet,
        tar: Content,
    ) -> Result<Digest, ApiError> {
        let chain = chain_id(parent, diff_id);
        if self.layers.get(&chain).is_some() {
            return Ok(chain);
        }
        let styles = [LayerStyle::Docker20_10, LayerStyle::BuildKit { rewrite: None }];
        let ours = styles.into_iter().find(|style| layer::digest(&changes, *style).diff_id == diff_id);
        self.register_layer(parent, diff_id, ours.unwrap_or(LayerStyle::Docker20_10), changes)?;
        if ours.is_none() {
            self.layers.keep_tar(&chain, tar);
        }
        Ok(chain)
    }

    /// The length of a layer's plain tar.
    ///
    /// # Errors
    /// As for [`Engine::layer_tar`].
    pub(crate) fn layer_tar_size(&self, chain: &Digest) -> Result<u64, ApiError> {
        if let Some(tar) = self.layers.tar(chain)? {
            return Ok(tar.len());
        }
        let style = self.layers.get(chain).map_or(LayerStyle::Docker20_10, |layer| layer.style);
        Ok(layer::digest(self.layers.changes(chain)?, style).len)
    }

    /// The plain tar of a layer.
    ///
    /// # Errors
    /// There is none with this chain id, or that of a saved state cannot be read.
    pub fn layer_tar(&self, chain: &Digest) -> Result<Content, ApiError> {
        if let Some(tar) = self.layers.tar(chain)? {
            return Ok(tar.clone());
        }
        let changes = self.layers.changes(chain)?;
        let style = self.layers.get(chain).map_or(LayerStyle::Docker20_10, |layer| layer.style);
        Ok(layer::to_vec(changes, style).into())
    }
}

/// Docker unpacks the archive into a folder of its own before it looks at it.
fn refusal(error: &LoadError) -> ApiError {
    let message = match error {
        LoadError::Archive(error @ (ArchiveError::Header | ArchiveError::Truncated)) => {
            format!("Error processing tar file(exit status 1): {error}")
        }
        LoadError::File { path, errno: vfs::Errno::ENOENT } if path == "manifest.json" => {
            "open /var/lib/docker/tmp/docker-import-000000000/repositories: no such file or directory"
                .to_owned()
        }
        error => error.to_string(),
    };
    ApiError::new(ErrorKind::Build, message)
}

impl super::Image {
    /// The bytes whose digest is the image's id.
    pub fn json(&self) -> Vec<u8> {
        self.source.as_ref().map_or_else(|| ImageConfig::to_json(&self.config), |source| source.to_vec())
    }
}
