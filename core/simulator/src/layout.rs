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
        manifests.push(manifest(engine, image, Some(&reference.to_string()), blobs)?);
    }
    Ok(Index::new(manifests))
}

/// One image alone, under all its names; under none if it has none.
///
/// # Errors
/// There is no such image; those of [`export`].
pub(crate) fn export_image(engine: &Engine, name: &str, blobs: &mut dyn Blobs) -> Result<Index, BlobError> {
    let id = engine.find_image(name).map_err(|error| BlobError(error.message))?;
    let image = engine.image(&id).ok_or_else(|| BlobError(format!("no such image: {name}")))?;
    let names = engine.references().filter(|(reference, of)| *of == id && reference.digest().is_none());
    let mut manifests = Vec::new();
    for (reference, _) in names {
        manifests.push(manifest(engine, image, Some(&reference.to_string()), blobs)?);
    }
    if manifests.is_empty() {
        manifests.push(manifest(engine, image, None, blobs)?);
    }
    Ok(Index::new(manifests))
}

fn manifest(
    engine: &Engine,
    image: &Image,
    name: Option<&str>,
    blobs: &mut dyn Blobs,
) -> Result<Descriptor, BlobError> {
    let chains = image.config.rootfs.chain_ids();
    let layers = chains.iter().map(|chain| blob(engine, chain, blobs)).collect::<Result<_, _>>()?;
    layout::write_manifest(blobs, &image.json(), Platform::of(&image.config), layers, name)
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
