//! Volumes and the host's folders in a saved state.

use digest::Digest;
use serde::{Deserialize, Serialize};
use vfs::Time;

use super::{Shelf, Writer};
use crate::volumes::{Bind, Shared, Volume};

#[derive(Serialize, Deserialize)]
pub(super) struct StoredVolume {
    name: String,
    created: Time,
    labels: Vec<(String, String)>,
    anonymous: bool,
    files: Digest,
}

pub(super) fn store_volume(name: &str, volume: &Volume, writer: &mut Writer) -> Option<StoredVolume> {
    Some(StoredVolume {
        name: name.to_owned(),
        created: volume.created,
        labels: volume.labels.clone(),
        anonymous: volume.anonymous,
        files: store_shared(&volume.files, writer)?,
    })
}

pub(super) fn store_shared(files: &Shelf<Shared>, writer: &mut Writer) -> Option<Digest> {
    writer.part(files, |shared| (shared.tree.clone(), shared.version))
}

pub(super) fn load_volume(stored: StoredVolume) -> (String, Volume) {
    let volume = Volume {
        created: stored.created,
        labels: stored.labels,
        anonymous: stored.anonymous,
        files: Shelf::saved(stored.files),
    };
    (stored.name, volume)
}

/// What the client's host holds is not known until the client says it.
pub(super) fn load_bind(part: Digest) -> Bind {
    Bind { files: Shelf::saved(part), known: None }
}
