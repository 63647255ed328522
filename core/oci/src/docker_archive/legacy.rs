use std::collections::BTreeMap;

use digest::Digest;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{ContainerConfig, ImageConfig, to_json};

/// The `json` of a layer's folder: an image of the first format, before layers had digests.
#[derive(Clone, Debug)]
pub(super) struct LegacyImage<'a> {
    /// The image whose top layer this is; none for the layers below.
    image: Option<&'a ImageConfig>,
    os: &'a str,
    parent: Option<Digest>,
    /// Its made-up id, once it is known.
    id: Option<Digest>,
}

impl<'a> LegacyImage<'a> {
    /// The legacy images of a config, one for each layer, with their ids: the hash of their JSON with the layer's chain
    /// id and the parent.
    pub(super) fn chain(config: &'a ImageConfig) -> Vec<LegacyImage<'a>> {
        let chain_ids = config.rootfs.chain_ids();
        let mut images: Vec<LegacyImage<'a>> = Vec::with_capacity(chain_ids.len());
        for (number, chain_id) in chain_ids.iter().enumerate() {
            let parent = images.last().and_then(|below| below.id);
            let is_top = number + 1 == chain_ids.len();
            let mut image = LegacyImage { image: is_top.then_some(config), os: "", parent: None, id: None };
            if is_top {
                image.os = &config.os;
            }
            image.id = Some(image.make_id(*chain_id, parent));
            // Docker sets these two after it has made the id.
            image.parent = parent;
            image.os = &config.os;
            images.push(image);
        }
        images
    }

    /// The folder's name.
    pub(super) fn folder(&self) -> String {
        self.id.map(|id| id.hex()).unwrap_or_default()
    }

    /// The bytes of the `json` file.
    pub(super) fn to_json(&self) -> Vec<u8> {
        to_json(self)
    }

    fn make_id(&self, chain_id: Digest, parent: Option<Digest>) -> Digest {
        let json = to_json(self);
        let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(&json).unwrap_or_default();
        let mut put = |key: &str, value: Digest| {
            if let Ok(raw) = RawValue::from_string(format!("\"{value}\"")) {
                fields.insert(key.to_owned(), raw);
            }
        };
        put("layer_id", chain_id);
        if let Some(parent) = parent {
            put("parent", parent);
        }
        digest::sha256(to_json(&fields))
    }
}

impl Serialize for LegacyImage<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        let text = |key: &'static str, value: &str, map: &mut S::SerializeMap| {
            if value.is_empty() { Ok(()) } else { map.serialize_entry(key, value) }
        };
        text("id", &self.folder(), &mut map)?;
        text("parent", &self.parent.map(|parent| parent.hex()).unwrap_or_default(), &mut map)?;
        if let Some(image) = self.image {
            text("comment", &image.comment, &mut map)?;
            map.serialize_entry("created", &crate::config::time_text(image.created))?;
            text("container", &image.container, &mut map)?;
            map.serialize_entry("container_config", &image.container_config)?;
            text("docker_version", &image.docker_version, &mut map)?;
            text("author", &image.author, &mut map)?;
            map.serialize_entry("config", &image.config)?;
            text("architecture", &image.architecture, &mut map)?;
            text("variant", &image.variant, &mut map)?;
        } else {
            map.serialize_entry("created", "1970-01-01T00:00:00Z")?;
            map.serialize_entry("container_config", &ContainerConfig::default())?;
        }
        text("os", self.os, &mut map)?;
        map.end()
    }
}
