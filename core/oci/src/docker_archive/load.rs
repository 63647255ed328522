use digest::Digest;
use thiserror::Error;
use vfs::archive::{ArchiveError, Limits, decompress, read_tree};
use vfs::{ChangeSet, Content, Errno, Tree};

use super::{Item, MANIFEST};
use crate::layout::{self, LAYERS_MAX, LayoutError, whole_limit};
use crate::manifest::REF_NAME;
use crate::{BlobError, Blobs, Descriptor, FormatError, ImageConfig, Index, Platform, Reference, layer};

/// Annotation of an index entry: the whole name of the image, as containerd and Docker write it.
const CONTAINERD_NAME: &str = "io.containerd.image.name";

/// Why an archive is not loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    /// The archive is broken.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A file is missing in it.
    #[error("open {path}: {}", if *.errno == Errno::ENOENT { "no such file or directory" } else { errno.text() })]
    File {
        /// The file.
        path: String,
        /// Why.
        errno: Errno,
    },
    /// A document is broken.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The layers are not those that the config names.
    #[error(transparent)]
    Layers(LayoutError),
}

/// An image in an archive.
#[derive(Clone, Debug)]
pub struct ArchivedImage {
    /// The config's bytes: their digest is the image's id.
    pub config_json: Vec<u8>,
    /// The same, read.
    pub config: ImageConfig,
    /// Its names, `name:tag` as written.
    pub tags: Vec<String>,
    /// What its layers hold, lowest first.
    pub layers: Vec<ChangeSet>,
    /// The plain tars of the layers.
    pub tars: Vec<Content>,
}

/// Reads an archive of `docker save`, or of an OCI layout, plain or compressed; layers may be compressed. All digests
/// are checked. The layers of all images together stay within the limits.
///
/// # Errors
/// See [`LoadError`].
pub fn load(bytes: &[u8], limits: Limits) -> Result<Vec<ArchivedImage>, LoadError> {
    let tree = read_tree(bytes)?;
    let mut room = limits.bytes;
    let manifest = match read(&tree, MANIFEST) {
        Err(error) if tree.get(layout::INDEX).is_none() => return Err(error),
        Err(_) => return from_layout(&tree, limits, &mut room),
        Ok(manifest) => manifest,
    };
    let items: Vec<Item> = serde_json::from_slice(&manifest).map_err(FormatError::from)?;
    items.iter().map(|item| image(&tree, item, limits, &mut room)).collect()
}

fn image(tree: &Tree, item: &Item, limits: Limits, room: &mut u64) -> Result<ArchivedImage, LoadError> {
    let config_json = read(tree, &item.config)?;
    let config = ImageConfig::from_json(&config_json)?;
    let diff_ids = &config.rootfs.diff_ids;
    if diff_ids.len() != item.layers.len() {
        return Err(LoadError::Layers(LayoutError::Count(diff_ids.len(), item.layers.len())));
    }
    if diff_ids.len() > LAYERS_MAX {
        return Err(LoadError::Layers(LayoutError::TooManyLayers));
    }
    let (mut layers, mut tars) = (Vec::new(), Vec::new());
    for (number, (path, expected)) in item.layers.iter().zip(diff_ids).enumerate() {
        let within = |error| whole_limit(error, limits);
        let tar = decompress(&read(tree, path)?, *room).map_err(within)?;
        *room -= tar.len() as u64;
        let actual = digest::sha256(&tar);
        if actual != *expected {
            return Err(LoadError::Layers(LayoutError::DiffId(number, *expected, actual)));
        }
        layers.push(layer::decode(&tar[..], limits)?);
        tars.push(Content::from(tar));
    }
    let tags = item.repo_tags.clone().unwrap_or_default();
    Ok(ArchivedImage { config_json, config, tags, layers, tars })
}

/// The images of an OCI layout, each manifest once with all its names.
fn from_layout(tree: &Tree, limits: Limits, room: &mut u64) -> Result<Vec<ArchivedImage>, LoadError> {
    let index = Index::from_json(&read(tree, layout::INDEX)?)?;
    let mut images: Vec<(Digest, ArchivedImage)> = Vec::new();
    for descriptor in &index.manifests {
        let tag = name_of(descriptor);
        if let Some((_, known)) = images.iter_mut().find(|(digest, _)| *digest == descriptor.digest) {
            known.tags.extend(tag);
            continue;
        }
        let platform = descriptor.platform.clone().unwrap_or_else(here);
        // Attestations lie beside the images that they are about.
        if platform.os == "unknown" {
            continue;
        }
        let read = layout::read_within(&InTree(tree), descriptor, &here(), limits, room);
        let layout::StoredImage { config_json, config, layers, tars } = read.map_err(LoadError::Layers)?;
        let tags = tag.into_iter().collect();
        images.push((descriptor.digest, ArchivedImage { config_json, config, tags, layers, tars }));
    }
    Ok(images.into_iter().map(|(_, image)| image).collect())
}

/// The platform of the simulated machine.
fn here() -> Platform {
    Platform { os: "linux".to_owned(), architecture: "amd64".to_owned(), ..Platform::default() }
}

/// The name that an entry of an index says: the whole one where containerd wrote it. A tag alone names nothing.
fn name_of(descriptor: &Descriptor) -> Option<String> {
    let whole = descriptor.annotations.get(CONTAINERD_NAME);
    let name = whole.or_else(|| descriptor.annotations.get(REF_NAME).filter(|name| name.contains(':')))?;
    Reference::parse_normalized(name).ok().map(|reference| reference.with_default_tag().familiar())
}

/// The blobs of a layout that was unpacked.
struct InTree<'a>(&'a Tree);

impl Blobs for InTree<'_> {
    fn has(&self, digest: &Digest) -> bool {
        self.0.get(layout::blob_path(digest)).is_some()
    }

    fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, BlobError> {
        match self.0.read_file(layout::blob_path(digest)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Errno::ENOENT) => Ok(None),
            Err(errno) => Err(BlobError(errno.text().to_owned())),
        }
    }

    fn put(&mut self, _bytes: &[u8]) -> Result<Digest, BlobError> {
        Err(BlobError("an archive is only read".to_owned()))
    }
}

fn read(tree: &Tree, path: &str) -> Result<Vec<u8>, LoadError> {
    tree.read_file(path).map_err(|errno| LoadError::File { path: path.to_owned(), errno })
}
