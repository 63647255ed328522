//! What becomes of a result: an image of the store, files, archives.

mod attestation;
mod config;
mod image;

use api::{SolveReply, SolveRequest};
use digest::Digest;

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
        if self.request.outputs.is_empty() {
            return self.export_image(config, product);
        }
        Err(Failure::Beyond(format!("the output type {} is not simulated", self.request.outputs[0].kind)))
    }

    fn begin_export(&mut self, name: &str) -> Exporting {
        let digest = named(name);
        self.record.started(self.clock, digest, name, &[]);
        Exporting { digest }
    }

    fn part(&mut self, exporting: &Exporting, text: &str, took: std::time::Duration) {
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
