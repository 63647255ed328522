//! The simulated hub: what can be pulled.

use std::rc::Rc;

use catalog::{AlpineImage, Catalog, Damaged, RECIPES};
use oci::{ConfigStyle, History, ImageConfig, Reference, layer, layer::LayerTar};
use registry::{Make, MemoryRegistry, Offer, RegistryError, RemoteImage, RemoteLayer};
use vfs::ChangeSet;

use crate::recipes;

const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The layers of the base images: release, SHA-256 of the tar, its length. To sum seven megabytes would be most of a pull, and
/// what is summed are facts; a test does it.
const LAYERS: [(&str, &str, u64); 5] = [
    ("3.20", "sha256:8a917fd299d409458743a00e93f95f440ccfc2765fcdd82c601a5c8f67da64d4", 8_080_384),
    ("3.18", "sha256:e9fad82e9bc3ea27c2ffe61e2eaa36427de316783e4121c3a3ddf0b78558569d", 7_642_624),
    ("3.19", "sha256:7fa0fc018f7f761a3578a9b7f1207bc9aaf453c63ec09a132453d2d8af6e98ff", 7_684_096),
    ("3.21", "sha256:f803b162f8ae1ea2d26835ab63d44c2848efe39a2a9757f0fdb682cabcc40faf", 3_627_520),
    ("3.22", "sha256:3d66f999db94de13cb644508b39618e088a33425bbb5a33c88a3cf95aafb3ee2", 3_641_344),
];

/// A hub that offers the images of the catalogue. They are made when they are first pulled.
pub(crate) fn hub(catalog: &Rc<Catalog>) -> MemoryRegistry {
    let mut hub = bases(catalog);
    for recipe in RECIPES {
        let catalog = Rc::clone(catalog);
        let image: Make = Box::new(move || {
            recipes::build(&catalog, recipe)
                .map_err(|error| RegistryError::Unreadable(recipe.repository.to_owned(), error.message))
        });
        let tags = recipe.tags.iter().map(|tag| format!("{}:{tag}", recipe.repository));
        offer(&mut hub, image, tags);
    }
    hub
}

/// A hub with the images alone that facts are there for.
pub(crate) fn bases(catalog: &Rc<Catalog>) -> MemoryRegistry {
    let mut hub = MemoryRegistry::new("docker.io");
    for AlpineImage { release, tags } in catalog.alpine_images() {
        let catalog = Rc::clone(catalog);
        let image: Make = Box::new(move || {
            let unreadable =
                |error: Damaged| RegistryError::Unreadable("alpine".to_owned(), error.to_string());
            alpine(&catalog, release).map_err(unreadable)
        });
        offer(&mut hub, image, tags.into_iter().map(|tag| format!("alpine:{tag}")));
    }
    hub
}

fn offer(hub: &mut MemoryRegistry, image: Make, names: impl Iterator<Item = String>) {
    let image = Rc::new(Offer::new(image));
    for name in names {
        if let Ok(reference) = Reference::parse_normalized(&name) {
            hub.offer(&reference, &image);
        }
    }
}

fn known_layer(release: &str) -> Option<LayerTar> {
    let (_, diff_id, len) = LAYERS.iter().find(|(known, ..)| *known == release)?;
    Some(LayerTar { diff_id: diff_id.parse().ok()?, len: *len })
}

fn alpine(catalog: &Catalog, release: &str) -> Result<RemoteImage, Damaged> {
    let root = catalog.alpine_root_of(release)?.ok_or(Damaged)?;
    let created = catalog.alpine_created(release)?;
    let changes = ChangeSet::from_tree(&root);
    let style = layer::LayerStyle::Docker20_10;
    let tar = known_layer(release).unwrap_or_else(|| layer::digest(&changes, style));
    let mut config = ImageConfig::new(ConfigStyle::Docker);
    config.created = created;
    config.docker_version = "23.0.11".to_owned();
    config.config.env = vec![PATH.to_owned()];
    config.config.cmd = Some(vec!["/bin/sh".to_owned()]);
    let row =
        |created_by: String, empty_layer| History { created, created_by, empty_layer, ..History::default() };
    let short = tar.diff_id.hex();
    config.history = vec![
        row(format!("/bin/sh -c #(nop) ADD file:{short} in / "), false),
        row("/bin/sh -c #(nop)  CMD [\"/bin/sh\"]".to_owned(), true),
    ];
    config.rootfs.diff_ids = vec![tar.diff_id];
    let layers = vec![RemoteLayer { digest: tar.diff_id, size: tar.len, style, changes }];
    Ok(RemoteImage { config, layers })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_layers_are_those_of_the_facts() {
        let catalog = Catalog::new().expect("the facts are sound");
        let made: Vec<(&str, String, u64)> = catalog
            .alpine_images()
            .iter()
            .map(|image| {
                let root = catalog.alpine_root_of(image.release).expect("sound").expect("known");
                let tar = layer::digest(&ChangeSet::from_tree(&root), layer::LayerStyle::Docker20_10);
                (image.release, tar.diff_id.to_string(), tar.len)
            })
            .collect();
        let known: Vec<(&str, String, u64)> =
            LAYERS.iter().map(|(release, id, len)| (*release, (*id).to_owned(), *len)).collect();
        assert_eq!(known, made);
    }
}
