//! The simulated hub: what can be pulled.

use std::rc::Rc;

use catalog::{Catalog, Damaged};
use oci::{ConfigStyle, History, ImageConfig, Reference, layer};
use registry::{Make, MemoryRegistry, Offer, RegistryError, RemoteImage, RemoteLayer};
use vfs::{ChangeSet, Time};

/// The tags under which Alpine 3.20.3 is offered.
const ALPINE: [&str; 3] = ["alpine", "alpine:3.20", "alpine:3.20.3"];
/// When the hub's image was made: 2024-09-06T22:20:07Z.
const CREATED: Time = Time::from_secs(1_725_661_207);
const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A hub that offers the images of the catalogue. They are made when they are first pulled.
pub(crate) fn hub(catalog: &Rc<Catalog>) -> MemoryRegistry {
    let mut hub = MemoryRegistry::new("docker.io");
    let catalog = Rc::clone(catalog);
    let image: Make = Box::new(move || {
        alpine(&catalog).map_err(|error| RegistryError::Unreadable("alpine".to_owned(), error.to_string()))
    });
    let image = Rc::new(Offer::new(image));
    for name in ALPINE {
        if let Ok(reference) = Reference::parse_normalized(name) {
            hub.offer(&reference, &image);
        }
    }
    hub
}

fn alpine(catalog: &Catalog) -> Result<RemoteImage, Damaged> {
    let changes = ChangeSet::from_tree(&catalog.alpine_root()?);
    let tar = layer::digest(&changes, layer::LayerStyle::Docker20_10);
    let mut config = ImageConfig::new(ConfigStyle::Docker);
    config.created = Some(CREATED);
    config.docker_version = "23.0.11".to_owned();
    config.config.env = vec![PATH.to_owned()];
    config.config.cmd = Some(vec!["/bin/sh".to_owned()]);
    let row = |created_by: String, empty_layer| History {
        created: Some(CREATED),
        created_by,
        empty_layer,
        ..History::default()
    };
    let short = tar.diff_id.hex();
    config.history = vec![
        row(format!("/bin/sh -c #(nop) ADD file:{short} in / "), false),
        row("/bin/sh -c #(nop)  CMD [\"/bin/sh\"]".to_owned(), true),
    ];
    config.rootfs.diff_ids = vec![tar.diff_id];
    let layers = vec![RemoteLayer { digest: tar.diff_id, size: tar.len, changes }];
    Ok(RemoteImage { config, layers })
}
