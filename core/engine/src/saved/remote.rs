//! What was pushed, in a saved state.

use std::collections::BTreeMap;
use std::sync::Arc;

use digest::Digest;
use oci::ImageConfig;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::document::{StoredLayer, load_layer, store_layer};
use super::{LoadError, Writer};
use crate::layers::chain_id;
use crate::remote::{Pushed, Remotes};

#[derive(Default, Serialize, Deserialize)]
pub(super) struct StoredRemotes {
    repositories: BTreeMap<String, BTreeMap<String, StoredPushed>>,
    layers: Vec<StoredLayer>,
    logins: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct StoredPushed {
    id: Digest,
    manifest: Digest,
    size: u64,
    config: Box<RawValue>,
}

impl StoredRemotes {
    pub(super) fn of(remotes: &Remotes, writer: &mut Writer) -> Result<Self, String> {
        let pushed = |pushed: &Pushed| -> Result<StoredPushed, String> {
            let json = String::from_utf8(pushed.config.to_json()).map_err(|error| error.to_string())?;
            let config = RawValue::from_string(json).map_err(|error| error.to_string())?;
            Ok(StoredPushed { id: pushed.id, manifest: pushed.manifest.0, size: pushed.manifest.1, config })
        };
        let mut repositories = BTreeMap::new();
        for (name, tags) in &remotes.repositories {
            let stored = tags.iter().map(|(tag, image)| Ok((tag.clone(), pushed(image)?)));
            repositories.insert(name.clone(), stored.collect::<Result<_, String>>()?);
        }
        Ok(StoredRemotes {
            repositories,
            layers: remotes.layers.values().filter_map(|layer| store_layer(layer, writer)).collect(),
            logins: remotes.logins.iter().map(|(server, user)| (server.clone(), user.clone())).collect(),
        })
    }

    pub(super) fn load(self) -> Result<Remotes, LoadError> {
        let pushed = |stored: StoredPushed| -> Result<Pushed, LoadError> {
            let config = ImageConfig::from_json(stored.config.get().as_bytes())
                .map_err(|error| LoadError::Damaged(format!("image {}: {error}", stored.id.short())))?;
            Ok(Pushed { id: stored.id, config: Arc::new(config), manifest: (stored.manifest, stored.size) })
        };
        let mut remotes = Remotes::default();
        for (name, tags) in self.repositories {
            let loaded = tags.into_iter().map(|(tag, stored)| Ok((tag, pushed(stored)?)));
            remotes.repositories.insert(name, loaded.collect::<Result<_, LoadError>>()?);
        }
        remotes.logins = self.logins.into_iter().collect();
        let layers = self.layers.into_iter().map(load_layer);
        remotes.layers = layers.map(|layer| (chain_id(layer.parent, layer.diff_id), layer)).collect();
        Ok(remotes)
    }
}
