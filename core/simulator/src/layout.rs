//! The image store as an OCI image layout, for other tools to read.

use digest::Digest;
use engine::{Engine, Image};
use oci::manifest::media_type;
use oci::{BlobError, Blobs, Descriptor, Index, Platform, layout};

/// Writes all images that have names into `blobs` and gives the layout's index. Blobs that are there are not made
/// again.
///
/// # Errors
/// The store's; a layer of a saved state that cannot be read.
pub(crate) fn export(engine: &Engine, blobs: &mut dyn Blobs) -> Result<Index, BlobError> {
    let mut manifests = Vec::new();
    for (reference, id) in engine.references() {
        // A name by digest says nothing that the manifest does not.
        let Some(image) = engine.image(&id).filter(|_| reference.digest().is_none()) else { continue };
        let layers = image
            .config
            .rootfs
            .chain_ids()
            .iter()
            .map(|chain| blob(engine, chain, blobs))
            .collect::<Result<_, _>>()?;
        manifests.push(manifest(image, &reference.to_string(), layers, blobs)?);
    }
    Ok(Index::new(manifests))
}

fn manifest(
    image: &Image,
    name: &str,
    layers: Vec<Descriptor>,
    blobs: &mut dyn Blobs,
) -> Result<Descriptor, BlobError> {
    let platform = Platform::of(&image.config);
    layout::write_manifest(blobs, &image.json(), platform, layers, Some(name))
}

/// A layer's tar as a blob.
fn blob(engine: &Engine, chain: &Digest, blobs: &mut dyn Blobs) -> Result<Descriptor, BlobError> {
    let lost = |reason: String| BlobError(format!("layer {}: {reason}", chain.short()));
    let layer = engine.layer(chain).ok_or_else(|| lost("it is not in the store".to_owned()))?;
    if let Some(size) = blobs.size(&layer.diff_id)? {
        return Ok(Descriptor::new(media_type::LAYER, layer.diff_id, size));
    }
    let tar = engine.layer_tar(chain).map_err(|error| lost(error.message))?.to_vec();
    let digest = blobs.put(&tar)?;
    if digest != layer.diff_id {
        return Err(lost(format!("its tar has the digest {digest}, and not {}", layer.diff_id)));
    }
    Ok(Descriptor::new(media_type::LAYER, digest, tar.len() as u64))
}
