//! The result as an OCI layout in a tar archive, or one that `docker load` takes too.

use std::io::Write;

use api::{Exported, Output, SolveReply};
use digest::{Digest, sha256};
use flate2::Compression;
use flate2::write::GzEncoder;
use oci::layer::LayerStyle;
use oci::manifest::media_type;
use oci::{Descriptor, ImageConfig, Index, Manifest, Platform};
use vfs::archive::{EntryKind, Header, Writer};
use vfs::{Content, Time};

use super::tags;
use crate::buildkit::solve::{Failure, Solve};
use crate::buildkit::vertices::EXPORT_COST;

/// The annotation of layers whose times were changed.
const REWRITTEN: &str = "buildkit/rewritten-timestamp";

/// Media type of a layer compressed with zstd.
const LAYER_ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";

/// A layer as it goes into the archive.
struct Packed {
    descriptor: Descriptor,
    diff_id: Digest,
    bytes: Vec<u8>,
}

impl Solve<'_> {
    /// `type=oci`, and `type=docker` that goes to the client.
    pub(super) fn export_archive(
        &mut self,
        output: &Output,
        config: &ImageConfig,
        reply: &mut SolveReply,
    ) -> Result<Exported, Failure> {
        let is_docker = output.kind == "docker";
        let title =
            if is_docker { "exporting to docker image format" } else { "exporting to oci image format" };
        let exporting = self.begin_export(title);
        self.part(&exporting, "exporting layers", EXPORT_COST);
        let is_set =
            |name: &str| output.options.get(name).is_some_and(|value| value == "true" || value == "1");
        let epoch = self.request.source_date_epoch.filter(|_| is_set("rewrite-timestamp"));
        if let Some(epoch) = epoch {
            let text =
                format!("rewriting layers with source-date-epoch {} ({})", epoch.secs(), go_time(epoch));
            self.small_part(&exporting, &text);
        }
        let compression = output.options.get("compression").map_or("gzip", String::as_str);
        let layers = self.pack_layers(config, compression, epoch)?;
        let mut config = config.clone();
        config.rootfs.diff_ids = layers.iter().map(|layer| layer.diff_id).collect();
        let config_bytes = config.to_json();
        let descriptors = layers.iter().map(|layer| layer.descriptor.clone()).collect();
        let mut manifest = Manifest::new(Descriptor::of(media_type::CONFIG, &config_bytes), descriptors);
        self.refuse_index_annotations(&exporting)?;
        manifest.annotations.extend(self.annotations("manifest"));
        let manifest_bytes = manifest.to_json();
        self.small_part(&exporting, &format!("exporting manifest {}", sha256(&manifest_bytes)));
        self.small_part(&exporting, &format!("exporting config {}", sha256(&config_bytes)));
        self.small_part(&exporting, "sending tarball");
        self.end_export(&exporting);
        reply.image = Some(sha256(&manifest_bytes));
        reply.config = Some(sha256(&config_bytes));
        let names = self.archive_names(output);
        let mut image = Descriptor::of(media_type::MANIFEST, &manifest_bytes);
        image.platform = Some(Platform::of(&config));
        let created = config.created.unwrap_or(self.clock);
        image
            .annotations
            .insert("org.opencontainers.image.created".to_owned(), created.truncated().rfc3339());
        image.annotations.extend(self.annotations("manifest-descriptor"));
        if let Some(name) = names.first() {
            image.annotations.insert("io.containerd.image.name".to_owned(), name.clone());
            let tag = name.rsplit(':').next().unwrap_or_default();
            image.annotations.insert("org.opencontainers.image.ref.name".to_owned(), tag.to_owned());
        }
        let index = Index::new(vec![image]).to_json();
        let mut blobs: Vec<Vec<u8>> = vec![manifest_bytes, config_bytes.clone()];
        let listed: Vec<String> = layers.iter().map(|layer| blob_path(layer.descriptor.digest)).collect();
        blobs.extend(layers.into_iter().map(|layer| layer.bytes));
        let legacy = is_docker.then(|| legacy_manifest(sha256(&config_bytes), &names, &listed));
        pack(&blobs, &index, legacy.as_deref()).map(Exported::Archive)
    }

    fn archive_names(&self, output: &Output) -> Vec<String> {
        match output.options.get("name") {
            Some(names) => names.split(',').filter_map(normalized).collect(),
            None => tags(self.request).into_iter().map(|tag| tag.with_default_tag().to_string()).collect(),
        }
    }

    fn pack_layers(
        &self,
        config: &ImageConfig,
        compression: &str,
        epoch: Option<Time>,
    ) -> Result<Vec<Packed>, Failure> {
        let chains = config.rootfs.chain_ids();
        chains.iter().map(|chain| self.pack_layer(*chain, compression, epoch)).collect()
    }

    /// A layer as a blob of an exported cache.
    pub(super) fn cached_blob(
        &self,
        chain: Digest,
        compression: &str,
    ) -> Result<(Descriptor, Vec<u8>), Failure> {
        let packed = self.pack_layer(chain, compression, None)?;
        Ok((packed.descriptor, packed.bytes))
    }

    fn pack_layer(&self, chain: Digest, compression: &str, epoch: Option<Time>) -> Result<Packed, Failure> {
        let beyond = |error: api::ApiError| Failure::Beyond(error.message);
        let changes = self.engine.layer_changes(&chain).map_err(beyond)?;
        let own = self.engine.layer(&chain).map_or(self.engine.graph_style(), |layer| layer.style);
        let style = match epoch {
            Some(epoch) => LayerStyle::BuildKit { rewrite: Some(epoch) },
            None => own,
        };
        let tar = oci::layer::to_vec(changes, style);
        let diff_id = sha256(&tar);
        let (media, bytes) = match compression {
            "uncompressed" => (media_type::LAYER, tar),
            "gzip" => (media_type::LAYER_GZIP, gzip(&tar)?),
            "zstd" => (LAYER_ZSTD, super::zstd::stored(&tar)),
            other => {
                return Err(Failure::Beyond(format!("layers compressed with {other} are not simulated")));
            }
        };
        let mut descriptor = Descriptor::of(media, &bytes);
        if let Some(epoch) = epoch {
            descriptor.annotations.insert(REWRITTEN.to_owned(), epoch.secs().to_string());
        }
        Ok(Packed { descriptor, diff_id, bytes })
    }
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map_err(|error| Failure::Beyond(error.to_string()))
}

fn normalized(name: &str) -> Option<String> {
    let reference = crate::Reference::parse_normalized(name).ok()?;
    Some(reference.with_default_tag().to_string())
}

/// A time as Go prints it: `2023-11-14 22:13:20 +0000 UTC`.
fn go_time(time: Time) -> String {
    let text = time.truncated().rfc3339();
    text.replacen('T', " ", 1).replacen('Z', " +0000 UTC", 1)
}

fn blob_path(digest: Digest) -> String {
    oci::layout::blob_path(&digest)
}

/// What `docker load` of old versions reads.
fn legacy_manifest(config: Digest, names: &[String], layers: &[String]) -> Vec<u8> {
    let familiar = |name: &String| {
        crate::Reference::parse_normalized(name)
            .map_or_else(|_| name.clone(), |reference| reference.familiar())
    };
    let names: Vec<String> = names.iter().map(familiar).collect();
    let list = |items: &[String]| String::from_utf8_lossy(&oci::to_json(&items)).into_owned();
    format!(
        "[{{\"Config\":\"{}\",\"RepoTags\":{},\"Layers\":{}}}]",
        blob_path(config),
        if names.is_empty() { "null".to_owned() } else { list(&names) },
        list(layers)
    )
    .into_bytes()
}

/// The layout as a tar archive.
fn pack(blobs: &[Vec<u8>], index: &[u8], legacy: Option<&[u8]>) -> Result<Vec<u8>, Failure> {
    let mut files: std::collections::BTreeMap<String, &[u8]> =
        blobs.iter().map(|blob| (blob_path(sha256(blob)), blob.as_slice())).collect();
    files.insert(oci::layout::INDEX.to_owned(), index);
    files.insert(oci::layout::MARKER.to_owned(), oci::layout::MARKER_JSON.as_bytes());
    files.extend(legacy.map(|legacy| ("manifest.json".to_owned(), legacy)));
    let failed = |error: std::io::Error| Failure::Beyond(error.to_string());
    let mut writer = Writer::new(Vec::new());
    for directory in ["blobs/", "blobs/sha256/"] {
        let header = Header::new(directory, EntryKind::Directory, 0o755);
        writer.entry(&header, &Content::default()).map_err(failed)?;
    }
    for (name, bytes) in files {
        let header = Header::new(name, EntryKind::Regular, 0o644);
        writer.entry(&header, &Content::from(bytes.to_vec())).map_err(failed)?;
    }
    writer.finish().map_err(failed)
}
