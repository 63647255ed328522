//! Are our bytes the daemon's? Our layers with its times, and our configuration with its times and ids, are hashed again.

use digest::{Digest, sha256};
use oci::ImageConfig;
use oci::docker_archive::ArchivedImage;
use serde::Serialize;
use vfs::archive::Writer;

use super::layers::{Pair, by_name, named};

/// What our bytes are with the daemon's times and ids in them.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Identity {
    /// For each layer that this build made: whether its diff id is the daemon's.
    diff_ids: Vec<bool>,
    /// Whether the image id is the daemon's.
    image_id: bool,
}

impl Identity {
    pub(super) fn text(&self) -> String {
        let layers = self.diff_ids.iter().filter(|same| **same).count();
        let image = if self.image_id { "the daemon's" } else { "another" };
        format!(
            "identity     with the daemon's times: diff ids of {layers} of {} layers are the daemon's; image id {image}\n",
            self.diff_ids.len()
        )
    }
}

/// `bases`: how many steps of either history are the base's; `base_layers`: how many of the daemon's layers.
pub(super) fn recompute(
    ours: &ArchivedImage,
    theirs: &ArchivedImage,
    bases: (usize, usize),
    base_layers: usize,
    pairs: &[Pair],
) -> Identity {
    let expected = theirs.config.rootfs.diff_ids.iter().skip(base_layers);
    let diff_ids: Vec<bool> =
        pairs.iter().zip(expected).map(|(pair, expected)| retimed(pair) == Some(*expected)).collect();
    let mut config = dated(&ours.config, &theirs.config, bases);
    config.rootfs.diff_ids.clone_from(&theirs.config.rootfs.diff_ids);
    let image_id = sha256(config.to_json()) == sha256(&theirs.config_json)
        && diff_ids.len() == pairs.len()
        && diff_ids.iter().all(|same| *same);
    Identity { diff_ids, image_id }
}

/// The diff id of our layer with the times of theirs, and the names that the daemon's host has for owners.
fn retimed(pair: &Pair) -> Option<Digest> {
    let (ours, theirs) = (pair.ours.as_ref()?, pair.theirs.as_ref()?);
    let theirs = by_name(theirs);
    let mut writer = Writer::new(Vec::new());
    for entry in ours {
        let their = theirs.get(&entry.header.name)?;
        let mut entry = named(entry, their);
        entry.header.mtime = their.header.mtime;
        writer.entry(&entry.header, &entry.content).ok()?;
    }
    Some(sha256(writer.finish().ok()?))
}

/// Our configuration with what no two builds share: times, ids of containers and parents, the daemon's own version, and
/// the history of a base that is another one.
fn dated(ours: &ImageConfig, theirs: &ImageConfig, (our_base, their_base): (usize, usize)) -> ImageConfig {
    let mut config = ours.clone();
    config.created = theirs.created;
    config.container.clone_from(&theirs.container);
    config.docker_version.clone_from(&theirs.docker_version);
    config.container_config.hostname.clone_from(&theirs.container_config.hostname);
    config.container_config.image.clone_from(&theirs.container_config.image);
    config.config.hostname.clone_from(&theirs.config.hostname);
    config.config.image.clone_from(&theirs.config.image);
    let mut own = config.history.split_off(our_base.min(config.history.len()));
    for (step, their) in own.iter_mut().zip(theirs.history.iter().skip(their_base)) {
        step.created = their.created;
    }
    config.history = theirs.history.iter().take(their_base).cloned().chain(own).collect();
    config
}
