//! `--cache-to type=local` and `--cache-from type=local`: results with their layers as a folder of blobs.

use std::collections::BTreeMap;
use std::io::Read;

use api::CacheExport;
use digest::{Digest, sha256};
use oci::{Descriptor, Index, Manifest};
use serde::{Deserialize, Serialize};
use vfs::archive::{Limits, decompress};
use vfs::{Metadata, Time, Tree};

use crate::buildkit::record::End;
use crate::buildkit::schedule::Product;
use crate::buildkit::solve::{Failure, Solve};
use crate::buildkit::vertices::{METADATA_COST, WRITE_COST, named};

/// Media type of what says which results the layers are.
const CONFIG: &str = "application/vnd.buildkit.cacheconfig.v0";
/// What a cache that is imported may have.
const LIMITS: Limits = Limits { entries: 1_000_000, bytes: 1 << 30 };

/// Which results there are.
#[derive(Serialize, Deserialize)]
struct Config {
    layers: Vec<Layer>,
    records: Vec<Record>,
}

/// A layer, on another one of the list; -1 is none.
#[derive(Serialize, Deserialize)]
struct Layer {
    blob: Digest,
    parent: i64,
}

/// A result: its cache key, and the topmost of its layers if it has any.
#[derive(Serialize, Deserialize)]
struct Record {
    digest: Digest,
    layer: Option<usize>,
}

impl Solve<'_> {
    /// Writes the results of this build as a cache into a folder.
    pub(super) fn export_cache(
        &mut self,
        export: &CacheExport,
        product: Option<&Product>,
    ) -> Result<Tree, Failure> {
        let exporting = self.begin_export("exporting cache to client directory");
        self.small_part(&exporting, "preparing build cache for export");
        let own = product.map(|product| self.below(product.chain)).unwrap_or_default();
        let is_wanted = |chain: &Option<Digest>| export.all || chain.is_none_or(|chain| own.contains(&chain));
        let used: Vec<(Digest, Option<Digest>)> =
            self.used.iter().filter(|(_, chain)| is_wanted(chain)).copied().collect();
        let mut chains: Vec<Digest> = Vec::new();
        for (_, chain) in &used {
            for below in self.below(*chain) {
                if !chains.contains(&below) {
                    chains.push(below);
                }
            }
        }
        let place = |chain: Digest| chains.iter().position(|known| *known == chain);
        let mut blobs: Vec<Vec<u8>> = Vec::new();
        let mut descriptors: Vec<Descriptor> = Vec::new();
        let mut layers = Vec::new();
        for chain in &chains {
            let (descriptor, bytes) = self.cached_blob(*chain, &export.compression)?;
            self.small_part(&exporting, &format!("writing layer {}", descriptor.digest));
            let parent = self.engine.layer(chain).and_then(|layer| layer.parent).and_then(place);
            let parent = parent.and_then(|parent| i64::try_from(parent).ok()).unwrap_or(-1);
            layers.push(Layer { blob: descriptor.digest, parent });
            descriptors.push(descriptor);
            blobs.push(bytes);
        }
        let records =
            used.iter().map(|(digest, chain)| Record { digest: *digest, layer: chain.and_then(place) });
        let config = oci::to_json(&Config { layers, records: records.collect() });
        self.small_part(&exporting, &format!("writing config {}", sha256(&config)));
        let manifest = Manifest::new(Descriptor::of(CONFIG, &config), descriptors).to_json();
        self.small_part(&exporting, &format!("writing cache image manifest {}", sha256(&manifest)));
        self.end_export(&exporting);
        let mut image = Descriptor::of(oci::manifest::media_type::MANIFEST, &manifest);
        image.annotations.insert("org.opencontainers.image.ref.name".to_owned(), export.tag.clone());
        blobs.extend([config, manifest]);
        folder(&blobs, &Index::new(vec![image]).to_json(), self.clock)
    }

    /// A layer and those below it, the lowest first.
    fn below(&self, chain: Option<Digest>) -> Vec<Digest> {
        let layer = |chain: &Digest| self.engine.layer(chain).and_then(|layer| layer.parent);
        let mut chains: Vec<Digest> = std::iter::successors(chain, layer).collect();
        chains.reverse();
        chains
    }

    /// `--cache-from type=local`: the results of the folders that the client offers.
    pub(in crate::buildkit) fn import_folders(&mut self, start: Time) {
        for import in &self.request.cache_folders {
            let name = format!("importing cache manifest from {}", import.shown);
            let digest = named(&name);
            self.record.started(start, digest, &name, &[]);
            let done = match self.take_cache(&import.tree) {
                Ok(()) => End::Done,
                Err(reason) => End::Failed(reason),
            };
            let kind = format!("inferred cache manifest type: {}", oci::manifest::media_type::MANIFEST);
            let at = self.record.status(start, digest, &kind, (0, 0), WRITE_COST);
            self.record.completed(at.max(start + METADATA_COST), digest, done);
        }
    }

    fn take_cache(&mut self, tree: &Tree) -> Result<(), String> {
        let index = tree.read_file("/index.json").map_err(|errno| format!("index.json: {errno}"))?;
        let index = Index::from_json(&index).map_err(|error| error.to_string())?;
        let manifest = index.manifests.first().ok_or("index.json names no manifest")?;
        let manifest =
            Manifest::from_json(&blob(tree, manifest.digest)?).map_err(|error| error.to_string())?;
        let config = blob(tree, manifest.config.digest)?;
        let config: Config = serde_json::from_slice(&config).map_err(|error| error.to_string())?;
        let mut chains: BTreeMap<usize, Digest> = BTreeMap::new();
        for (number, layer) in config.layers.iter().enumerate() {
            let parent = match usize::try_from(layer.parent) {
                Err(_) => None,
                Ok(parent) => Some(*chains.get(&parent).ok_or("a layer stands on a later one")?),
            };
            let bytes = blob(tree, layer.blob)?;
            let mut tar = Vec::new();
            let mut stream: &[u8] = &decompress(&bytes, LIMITS.bytes).map_err(|error| error.to_string())?;
            stream.read_to_end(&mut tar).map_err(|error| error.to_string())?;
            let changes = oci::layer::decode(tar.as_slice(), LIMITS).map_err(|error| error.to_string())?;
            let style = self.engine.graph_style();
            let registered = self.engine.register_layer(parent, sha256(&tar), style, changes);
            let chain = registered.map_err(|error| error.message)?;
            if !self.engine.build_cache.made.contains_key(&chain) {
                self.engine.build_cache.made.insert(chain, self.clock);
            }
            chains.insert(number, chain);
        }
        for record in config.records {
            let chain = match record.layer {
                Some(number) => Some(*chains.get(&number).ok_or("a result without its layer")?),
                None => None,
            };
            self.engine.build_cache.results.insert(record.digest, chain);
        }
        Ok(())
    }
}

fn blob(tree: &Tree, digest: Digest) -> Result<Vec<u8>, String> {
    let path = format!("/{}", oci::layout::blob_path(&digest));
    let bytes = tree.read_file(&path).map_err(|errno| format!("{path}: {errno}"))?;
    if sha256(&bytes) == digest {
        Ok(bytes)
    } else {
        Err(format!("{path}: other content than its name says"))
    }
}

/// Blobs and their index as a folder.
fn folder(blobs: &[Vec<u8>], index: &[u8], now: Time) -> Result<Tree, Failure> {
    let failed = |errno: vfs::Errno| Failure::Beyond(errno.to_string());
    let mut tree = Tree::new(Metadata::new(0o755, now));
    tree.mkdir_all("/blobs/sha256", 0o755, now).map_err(failed)?;
    tree.write_file("/index.json", index.to_vec(), 0o644, now).map_err(failed)?;
    for blob in blobs {
        let path = format!("/{}", oci::layout::blob_path(&sha256(blob)));
        tree.write_file(&path, blob.clone(), 0o644, now).map_err(failed)?;
    }
    Ok(tree)
}
