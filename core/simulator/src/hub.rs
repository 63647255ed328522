//! The simulated hub: what can be pulled.

use std::rc::Rc;

use catalog::{AlpineImage, Catalog, Damaged, RECIPES};
use oci::{ConfigStyle, History, ImageConfig, Reference, layer};
use registry::{Make, MemoryRegistry, Offer, RegistryError, RemoteImage, RemoteLayer};
use vfs::ChangeSet;

use crate::recipes;

const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

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

fn alpine(catalog: &Catalog, release: &str) -> Result<RemoteImage, Damaged> {
    let root = catalog.alpine_root_of(release)?.ok_or(Damaged)?;
    let created = catalog.alpine_created(release)?;
    let changes = ChangeSet::from_tree(&root);
    let style = layer::LayerStyle::Docker20_10;
    let tar = layer::digest(&changes, style);
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
