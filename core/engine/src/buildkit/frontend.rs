//! `# syntax=`: the frontend image that a Dockerfile asks for.

use digest::{Digest, sha256};
use dockerfile::Lines;

use super::record::End;
use super::solve::{Failure, Solve};
use super::vertices::{EXTRACT_COST, FETCH_COST, METADATA_COST, RESOLVE_COST, named};
use crate::Reference;

/// Size of the layer of Docker's own frontend image, in bytes.
const FRONTEND_SIZE: u64 = 7_370_000;

/// How 20.10 begins a sentence of a frontend that it has fetched.
pub(super) const GATEWAY: &str =
    "failed to solve with frontend dockerfile.v0: failed to solve with frontend gateway.v0: ";

impl Solve<'_> {
    /// Fetches the frontend that the Dockerfile asks for. Docker's own is the one that is built in here, so that its image
    /// is only told of.
    ///
    /// # Errors
    /// An image that is not there, in Docker's words; one that is there and is another frontend ends the simulation.
    pub(super) fn fetch_frontend(&mut self, definition: Digest) -> Result<(), Failure> {
        let Some(directive) = dockerfile::syntax::detect_syntax(&self.text) else { return Ok(()) };
        let lines = Lines { first: directive.line, last: directive.line };
        let failed = |message: String| Failure::Failed { message, lines: Some(lines) };
        let name = directive.word();
        let reference = Reference::parse_normalized(name).map_err(|error| failed(error.to_string()))?;
        let reference = reference.with_default_tag();
        self.finish_definition(definition);
        let scheme = if self.old { "" } else { "docker-image://" };
        let title = format!("resolve image config for {scheme}{reference}");
        let digest = named(&title);
        self.record.started(self.clock, digest, &title, &[]);
        self.clock = self.clock + METADATA_COST;
        if is_built_in(name) {
            self.record.completed(self.clock, digest, End::Done);
            self.load_frontend(&reference);
            self.external = self.old;
            return Ok(());
        }
        let error = match self.runtime.registry.resolve(&reference) {
            Ok(_) => return Err(Failure::Beyond(format!("the frontend {name} is not simulated"))),
            Err(error) => super::resolve::registry_text(&error, &reference),
        };
        if let Some(sentence) = error.strip_prefix("glasshull: ") {
            return Err(Failure::Beyond(sentence.to_owned()));
        }
        self.record.completed(self.clock, digest, End::Failed(error.clone()));
        Err(failed(match self.old {
            true => format!("{GATEWAY}{error}"),
            false => format!("failed to resolve source metadata for {reference}: {error}"),
        }))
    }

    fn load_frontend(&mut self, reference: &Reference) {
        let image = sha256(format!("frontend {reference}"));
        let shown = format!("{reference}@{image}");
        let title = format!("docker-image://{shown}");
        let digest = named(&title);
        self.record.started(self.clock, digest, &title, &[]);
        let resolve = format!("resolve {shown}");
        self.clock = self.record.status(self.clock, digest, &resolve, (0, 0), RESOLVE_COST);
        let is_known = self.engine.build_cache.bases.contains_key(&image);
        if !is_known {
            let layer = sha256(format!("frontend layer {reference}"));
            let bytes = (FRONTEND_SIZE, FRONTEND_SIZE);
            self.clock = self.record.status(self.clock, digest, &layer.to_string(), bytes, FETCH_COST);
            let extracting = format!("extracting {layer}");
            self.clock = self.record.status(self.clock, digest, &extracting, (0, 0), EXTRACT_COST);
            self.engine.build_cache.bases.insert(image, ());
        }
        self.record.completed(self.clock, digest, if is_known { End::Cached } else { End::Done });
    }
}

/// Whether a `# syntax=` names Docker's own frontend, which is the one that is simulated.
fn is_built_in(name: &str) -> bool {
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let (name, _) = name.split_once(['@', ':']).unwrap_or((name, ""));
    matches!(name, "docker/dockerfile" | "docker/dockerfile-upstream")
}
