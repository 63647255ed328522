//! What becomes of a result: an image of the store, files, archives.

mod annotations;
mod archive;
mod attestation;
mod cache;
mod config;
mod files;
mod image;
mod zstd;

use std::time::Duration;

use api::{Exported, Output, SolveReply, SolveRequest};
use digest::Digest;
use oci::ImageConfig;

use super::front::State;
use super::record::End;
use super::schedule::Product;
use super::solve::{Failure, Solve};
use super::vertices::{WRITE_COST, named};
use crate::Reference;

/// A vertex of the export while it goes on.
pub(super) struct Exporting {
    digest: Digest,
}

impl Solve<'_> {
    /// Exports the result as the request says.
    pub(super) fn export(&mut self, state: State, product: Option<&Product>) -> Result<SolveReply, Failure> {
        let config = self.image_config(state, product);
        if let Some(chain) = product.and_then(|product| product.chain) {
            self.engine.build_cache.bases.insert(chain, ());
        }
        let mut reply = SolveReply::default();
        if self.request.outputs.is_empty() {
            reply = self.export_image(config.clone(), product)?;
        }
        for output in &self.request.outputs {
            let exported = self.export_one(output, &config, product, &mut reply)?;
            reply.exported.push(exported);
        }
        self.export_inline_cache();
        for export in &self.request.cache_exports {
            let folder = self.export_cache(export, product)?;
            reply.caches.push(folder);
        }
        if self.request.wants_metadata {
            self.tell_metadata(&mut reply);
        }
        Ok(reply)
    }

    fn export_one(
        &mut self,
        output: &Output,
        config: &ImageConfig,
        product: Option<&Product>,
        reply: &mut SolveReply,
    ) -> Result<Option<Exported>, Failure> {
        match &*output.kind {
            "cacheonly" => Ok(None),
            "local" => self.export_folder(product).map(Some),
            "tar" => self.export_tar(product).map(Some),
            "oci" => self.export_archive(output, config, reply).map(Some),
            "docker" if output.options.contains_key("to-client") => {
                self.export_archive(output, config, reply).map(Some)
            }
            "image" | "docker" => {
                *reply = self.export_image(config.clone(), product)?;
                Ok(None)
            }
            other => Err(Failure::Failed {
                message: format!("exporter {} could not be found", dockerfile::go_quote(other)),
                lines: None,
            }),
        }
    }

    /// 20.10 tells of the cache that goes into the image.
    fn export_inline_cache(&mut self) {
        if self.old && self.has_inline_cache() {
            let exporting = self.begin_export("exporting cache");
            self.small_part(&exporting, "preparing build cache for export");
            self.end_export(&exporting);
        }
    }

    /// Whether the cache is to be described in the image.
    fn has_inline_cache(&self) -> bool {
        let is_set = |(name, value): &(String, String)| name == "BUILDKIT_INLINE_CACHE" && value == "1";
        self.request.inline_cache || self.request.build_args.iter().any(is_set)
    }

    fn tell_metadata(&mut self, reply: &mut SolveReply) {
        let exporting = self.begin_export("resolving provenance for metadata file");
        self.end_export(&exporting);
        let text = |text: String| String::from_utf8_lossy(&oci::to_json(&text)).into_owned();
        let values = [("containerimage.digest", reply.image), ("containerimage.config.digest", reply.config)];
        for (key, digest) in values {
            reply.metadata.extend(digest.map(|digest| (key.to_owned(), text(digest.to_string()))));
        }
        let names: Vec<String> =
            tags(self.request).into_iter().map(|tag| tag.with_default_tag().to_string()).collect();
        if !names.is_empty() {
            reply.metadata.insert("image.name".to_owned(), text(names.join(",")));
        }
    }

    fn begin_export(&mut self, name: &str) -> Exporting {
        let digest = named(name);
        self.record.started(self.clock, digest, name, &[]);
        Exporting { digest }
    }

    fn part(&mut self, exporting: &Exporting, text: &str, took: Duration) {
        self.clock = self.record.status(self.clock, exporting.digest, text, (0, 0), took);
    }

    fn small_part(&mut self, exporting: &Exporting, text: &str) {
        self.part(exporting, text, WRITE_COST);
    }

    fn end_export(&mut self, exporting: &Exporting) {
        self.record.completed(self.clock, exporting.digest, End::Done);
    }
}

/// The names to give, each once; a tag that is none is refused before anything is done.
pub(super) fn tags(request: &SolveRequest) -> Vec<Reference> {
    let mut tags: Vec<Reference> = Vec::new();
    for tag in &request.tags {
        if let Ok(reference) = Reference::parse_normalized(tag)
            && !tags.contains(&reference)
        {
            tags.push(reference);
        }
    }
    tags
}
