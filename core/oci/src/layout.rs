//! OCI image layouts: `oci-layout`, `index.json`, and blobs by digest.

use digest::Digest;
use thiserror::Error;
use vfs::archive::{ArchiveError, Limits, decompress};
use vfs::{ChangeSet, Content};

use crate::manifest::{REF_NAME, media_type};
use crate::{BlobError, Blobs, Descriptor, FormatError, ImageConfig, Index, Manifest, Platform, layer};

/// Name of the file that marks a folder as a layout.
pub const MARKER: &str = "oci-layout";

/// Its content.
pub const MARKER_JSON: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

/// Name of the file that lists the images, an [`Index`].
pub const INDEX: &str = "index.json";

/// Indexes within indexes that are followed.
const DEPTH_MAX: usize = 4;

/// Layers of an image: Docker's own limit.
pub const LAYERS_MAX: usize = 125;

/// The path of a blob in a layout.
pub fn blob_path(digest: &Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}

/// Why an image cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LayoutError {
    /// The store failed.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// A blob is missing.
    #[error("blob {0} is missing")]
    Missing(Digest),
    /// A blob is not what its digest says.
    #[error("blob {0} has the digest {1}")]
    Damaged(Digest, Digest),
    /// A document is broken.
    #[error("{0}: {1}")]
    Document(Digest, FormatError),
    /// A layer is broken.
    #[error("layer {0}: {1}")]
    Layer(Digest, ArchiveError),
    /// A layer's tar is not the one that the config names. Docker's text.
    #[error("invalid diffID for layer {0}: expected \"{1}\", got \"{2}\"")]
    DiffId(usize, Digest, Digest),
    /// Config and manifest have different numbers of layers. Docker's text.
    #[error("invalid manifest, layers length mismatch: expected {0}, got {1}")]
    Count(usize, usize),
    /// More layers than a file system can be stacked of. Docker's text.
    #[error("max depth exceeded")]
    TooManyLayers,
    /// Indexes lie in each other too deeply.
    #[error("more than {DEPTH_MAX} indexes within each other")]
    Depth,
    /// No manifest for the platform.
    #[error("no image for {0} in the index")]
    NoPlatform(String),
}

/// An image read from a layout.
#[derive(Clone, Debug)]
pub struct StoredImage {
    /// The config's bytes: their digest is the image's id.
    pub config_json: Vec<u8>,
    /// The config.
    pub config: ImageConfig,
    /// The layers, lowest first.
    pub layers: Vec<ChangeSet>,
    /// Their plain tars.
    pub tars: Vec<Content>,
}

/// Stores an image whose layers are given as plain tars, and gives the descriptor for the index, with the platform.
/// With `name`, the descriptor says so.
///
/// # Errors
/// The store's.
pub fn write_image<'a>(
    blobs: &mut dyn Blobs,
    config_json: &[u8],
    platform: Platform,
    layers: impl IntoIterator<Item = &'a [u8]>,
    name: Option<&str>,
) -> Result<Descriptor, BlobError> {
    let mut descriptors = Vec::new();
    for tar in layers {
        let digest = blobs.put(tar)?;
        descriptors.push(Descriptor::new(media_type::LAYER, digest, tar.len() as u64));
    }
    write_manifest(blobs, config_json, platform, descriptors, name)
}

/// The same for an image whose layers are stored.
///
/// # Errors
/// The store's.
pub fn write_manifest(
    blobs: &mut dyn Blobs,
    config_json: &[u8],
    platform: Platform,
    layers: Vec<Descriptor>,
    name: Option<&str>,
) -> Result<Descriptor, BlobError> {
    let config = Descriptor::of(media_type::CONFIG, config_json);
    blobs.put(config_json)?;
    let manifest = Manifest::new(config, layers).to_json();
    blobs.put(&manifest)?;
    let mut descriptor = Descriptor::of(media_type::MANIFEST, &manifest);
    descriptor.platform = Some(platform);
    if let Some(name) = name {
        descriptor.annotations.insert(REF_NAME.to_owned(), name.to_owned());
    }
    Ok(descriptor)
}

/// Reads the image behind a descriptor of an index: a manifest, or an index with one for `os/architecture`.
///
/// # Errors
/// See [`LayoutError`]. Every digest is checked.
pub fn read_image(
    blobs: &dyn Blobs,
    descriptor: &Descriptor,
    platform: &Platform,
    limits: Limits,
) -> Result<StoredImage, LayoutError> {
    read_within(blobs, descriptor, platform, limits, &mut limits.bytes.clone())
}

/// The same where `room` bytes of the limit are left, for several images.
pub(crate) fn read_within(
    blobs: &dyn Blobs,
    descriptor: &Descriptor,
    platform: &Platform,
    limits: Limits,
    room: &mut u64,
) -> Result<StoredImage, LayoutError> {
    let manifest = find_manifest(blobs, descriptor, platform)?;
    let config_json = fetch(blobs, &manifest.config.digest)?;
    let config = ImageConfig::from_json(&config_json)
        .map_err(|error| LayoutError::Document(manifest.config.digest, error))?;
    let diff_ids = &config.rootfs.diff_ids;
    if diff_ids.len() != manifest.layers.len() {
        return Err(LayoutError::Count(diff_ids.len(), manifest.layers.len()));
    }
    if diff_ids.len() > LAYERS_MAX {
        return Err(LayoutError::TooManyLayers);
    }
    let (mut layers, mut tars) = (Vec::new(), Vec::new());
    for (number, (layer, expected)) in manifest.layers.iter().zip(diff_ids).enumerate() {
        let failed = |error| LayoutError::Layer(layer.digest, whole_limit(error, limits));
        let tar = decompress(&fetch(blobs, &layer.digest)?, *room).map_err(failed)?;
        *room -= tar.len() as u64;
        let actual = digest::sha256(&tar);
        if actual != *expected {
            return Err(LayoutError::DiffId(number, *expected, actual));
        }
        layers.push(layer::decode(&tar[..], limits).map_err(failed)?);
        tars.push(Content::from(tar));
    }
    Ok(StoredImage { config_json, config, layers, tars })
}

/// Names the limit itself, where what is left of it was exceeded.
pub(crate) fn whole_limit(error: ArchiveError, limits: Limits) -> ArchiveError {
    match error {
        ArchiveError::Limit { what, .. } if what == "bytes" => {
            ArchiveError::Limit { what, limit: limits.bytes }
        }
        error => error,
    }
}

fn find_manifest(
    blobs: &dyn Blobs,
    descriptor: &Descriptor,
    platform: &Platform,
) -> Result<Manifest, LayoutError> {
    let mut digest = descriptor.digest;
    let mut media_type = descriptor.media_type.clone();
    for _ in 0..DEPTH_MAX {
        let bytes = fetch(blobs, &digest)?;
        let broken = |error| LayoutError::Document(digest, error);
        if !media_type.contains("index") && !media_type.contains("manifest.list") {
            return Manifest::from_json(&bytes).map_err(broken);
        }
        let index = Index::from_json(&bytes).map_err(broken)?;
        let fits = |entry: &&Descriptor| {
            let theirs = entry.platform.as_ref();
            theirs.is_none_or(|p| p.os == platform.os && p.architecture == platform.architecture)
        };
        let missing = || LayoutError::NoPlatform(platform.to_string());
        let next = index.manifests.iter().find(fits).ok_or_else(missing)?;
        digest = next.digest;
        media_type.clone_from(&next.media_type);
    }
    Err(LayoutError::Depth)
}

/// A blob, checked against its digest.
fn fetch(blobs: &dyn Blobs, digest: &Digest) -> Result<Vec<u8>, LayoutError> {
    let bytes = blobs.get(digest)?.ok_or(LayoutError::Missing(*digest))?;
    let actual = digest::sha256(&bytes);
    if actual == *digest { Ok(bytes) } else { Err(LayoutError::Damaged(*digest, actual)) }
}
