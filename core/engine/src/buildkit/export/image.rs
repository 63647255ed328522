use api::SolveReply;
use digest::{Digest, sha256};
use oci::manifest::media_type;
use oci::{Descriptor, ImageConfig, Index, Manifest, Platform};

use super::attestation::{Attestation, provenance};
use super::{Exporting, tags};
use crate::buildkit::schedule::Product;
use crate::buildkit::solve::{Failure, Solve};
use crate::buildkit::vertices::EXPORT_COST;

/// An image as blobs of the containerd store.
pub(super) struct Blobs {
    /// The image's manifest.
    pub(super) manifest: Vec<u8>,
    /// Its configuration.
    pub(super) config: Vec<u8>,
    /// What vouches for it.
    pub(super) attestation: Option<Attestation>,
    /// The list of both manifests.
    pub(super) index: Option<Vec<u8>>,
}

impl Blobs {
    /// The digest that names the image.
    fn id(&self) -> Digest {
        sha256(self.index.as_ref().unwrap_or(&self.manifest))
    }
}

impl Solve<'_> {
    /// Whether images are kept by a graph driver instead of containerd.
    pub(in crate::buildkit) fn is_graph_driver(&self) -> bool {
        self.old || self.engine.graph_driver
    }

    /// Puts the result into the image store.
    pub(super) fn export_image(
        &mut self,
        config: ImageConfig,
        product: Option<&Product>,
    ) -> Result<SolveReply, Failure> {
        let exporting = self.begin_export("exporting to image");
        if product.is_some() {
            self.part(&exporting, "exporting layers", EXPORT_COST);
        } else if !self.is_graph_driver() {
            self.small_part(&exporting, "exporting layers");
        }
        if !self.old && self.has_inline_cache() {
            self.small_part(&exporting, "preparing layers for inline cache");
        }
        let config_digest = config.id();
        if !self.request.provenance || self.is_graph_driver() {
            self.refuse_index_annotations(&exporting)?;
        }
        let id = match self.is_graph_driver() {
            true => {
                self.small_part(&exporting, &format!("writing image {config_digest}"));
                config_digest
            }
            false => self.write_blobs(&exporting, &config),
        };
        // Layers of another platform are not unpacked.
        let is_native = self.request.platforms.first().is_none_or(|platform| platform == "linux/amd64");
        let has_layers = product.is_some() && is_native;
        self.engine.add_image_as(id, config, None);
        self.name_image(&exporting, id, has_layers);
        self.end_export(&exporting);
        Ok(SolveReply { image: Some(id), config: Some(config_digest), ..SolveReply::default() })
    }

    fn name_image(&mut self, exporting: &Exporting, id: Digest, has_layers: bool) {
        let tags = tags(self.request);
        for tag in &tags {
            match self.is_graph_driver() {
                true => self.small_part(exporting, &format!("naming to {tag}")),
                false => {
                    let tag = tag.clone().with_default_tag();
                    self.small_part(exporting, &format!("naming to {tag}"));
                    if has_layers {
                        self.small_part(exporting, &format!("unpacking to {tag}"));
                    }
                }
            }
            let reference = tag.clone().with_default_tag();
            let clock = std::mem::replace(&mut self.engine.clock, self.clock);
            self.engine.set_name(&reference, id);
            self.engine.clock = clock;
        }
        if tags.is_empty() && !self.is_graph_driver() {
            self.small_part(exporting, &format!("naming to moby-dangling@{id}"));
            self.small_part(exporting, &format!("unpacking to moby-dangling@{id}"));
        }
    }

    /// Writes the blobs of an image and gives the digest that names it.
    fn write_blobs(&mut self, exporting: &Exporting, config: &ImageConfig) -> Digest {
        let blobs = self.blobs(config);
        self.small_part(exporting, &format!("exporting manifest {}", sha256(&blobs.manifest)));
        self.small_part(exporting, &format!("exporting config {}", sha256(&blobs.config)));
        if let Some(attestation) = &blobs.attestation {
            let digest = sha256(&attestation.manifest);
            self.small_part(exporting, &format!("exporting attestation manifest {digest}"));
        }
        if let Some(index) = &blobs.index {
            self.small_part(exporting, &format!("exporting manifest list {}", sha256(index)));
        }
        blobs.id()
    }

    /// The blobs of an image: layers are pointed to as plain tars.
    pub(super) fn blobs(&self, config: &ImageConfig) -> Blobs {
        let bytes = config.to_json();
        let layers = config.rootfs.chain_ids().into_iter().zip(&config.rootfs.diff_ids);
        let layer = |(chain, diff_id): (Digest, &Digest)| {
            let size = self.engine.layer_tar_size(&chain).unwrap_or(0);
            Descriptor::new(media_type::LAYER, *diff_id, size)
        };
        let layers = layers.map(layer).collect();
        let mut manifest = Manifest::new(Descriptor::of(media_type::CONFIG, &bytes), layers);
        manifest.annotations.extend(self.annotations("manifest"));
        let manifest = manifest.to_json();
        if !self.request.provenance || config.rootfs.diff_ids.is_empty() {
            return Blobs { manifest, config: bytes, attestation: None, index: None };
        }
        let subject = sha256(&manifest);
        let attestation = provenance(self.request, subject, self.engine.clock, self.clock);
        let mut image = Descriptor::of(media_type::MANIFEST, &manifest);
        image.platform = Some(Platform::of(config));
        image.annotations.extend(self.annotations("manifest-descriptor"));
        let mut beside = Descriptor::of(media_type::MANIFEST, &attestation.manifest);
        beside.annotations.insert("vnd.docker.reference.digest".to_owned(), subject.to_string());
        beside.annotations.insert("vnd.docker.reference.type".to_owned(), "attestation-manifest".to_owned());
        beside.platform = Some(Platform {
            architecture: "unknown".to_owned(),
            os: "unknown".to_owned(),
            ..Platform::default()
        });
        let mut index = Index::new(vec![image, beside]);
        index.annotations.extend(self.annotations("index"));
        let index = index.to_json();
        Blobs { manifest, config: bytes, attestation: Some(attestation), index: Some(index) }
    }
}
