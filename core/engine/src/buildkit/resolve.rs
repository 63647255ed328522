//! Base images: found in the store, or fetched.

use api::NamedContext;
use digest::Digest;
use dockerfile::{Case, Lines, suggest};

use super::front::{FrontError, Resolved, Source};
use super::ops::image::ImageOp;
use super::record::End;
use super::solve::{Failure, Solve};
use super::vertices::{METADATA_COST, named};
use crate::Reference;
use crate::images::Image;

impl Solve<'_> {
    /// Looks an image up, in the store first. Gives none for a context of the command line that is a folder.
    pub(super) fn resolve(
        &mut self,
        name: &str,
        lines: Lines,
        platform: Option<&str>,
        source: Source,
    ) -> Result<Option<Resolved>, Failure> {
        let is_base = source == Source::From;
        let named_context = self.request.context_of(name);
        let wanted = match named_context {
            Some((name, NamedContext::Folder { ignore, .. })) => {
                self.load_named_ignore(name, ignore.as_deref());
                return Ok(None);
            }
            Some((_, NamedContext::Other(other))) => {
                return Err(Failure::Beyond(format!("the build context {other} is not simulated")));
            }
            Some((_, NamedContext::Image(image))) => image.clone(),
            None => name.to_owned(),
        };
        let typed = Reference::parse_normalized(&wanted).map_err(|error| {
            let message = format!("failed to parse stage name {}: {error}", dockerfile::go_quote(&wanted));
            self.front(FrontError { message, lines: Some(lines) })
        })?;
        let reference = typed.clone().with_default_tag();
        let title = match named_context {
            Some((name, _)) => format!("[context {name}] load metadata for {wanted}"),
            None => format!("[internal] load metadata for {reference}"),
        };
        let digest = named(&title);
        let tells = is_base || !self.old;
        if tells {
            self.record.started(self.clock, digest, &title, &[]);
        }
        self.clock = self.clock + METADATA_COST;
        let local = if self.request.pull { None } else { self.engine.references.get(&reference) };
        let result = match local {
            Some(id) => Ok((id, Vec::new())),
            None => self.fetch(&reference, &wanted),
        };
        match result {
            Ok((id, fetched)) => {
                if tells {
                    self.record.completed(self.clock, digest, End::Done);
                }
                let is_remote = local.is_none() || platform.is_some_and(|platform| platform != "linux/amd64");
                let mut resolved = self.resolved(id, &typed, &reference, fetched, is_remote);
                if let Some((name, _)) = named_context {
                    resolved.op.resolved = Some(reference.to_string());
                    resolved.context = Some(format!("[context {name}] {wanted}"));
                }
                Ok(Some(resolved))
            }
            Err(message) => {
                if let Some(sentence) = message.strip_prefix("glasshull: ") {
                    return Err(Failure::Beyond(sentence.to_owned()));
                }
                if tells {
                    self.record.completed(self.clock, digest, End::Failed(message.clone()));
                }
                let whole = match self.old {
                    true => format!(
                        "failed to solve with frontend dockerfile.v0: failed to create LLB definition: {message}"
                    ),
                    false => format!("{name}: failed to resolve source metadata for {reference}: {message}"),
                };
                Err(self.unresolved(name, whole, lines, source))
            }
        }
    }

    /// An image that is not there. Of a mount Docker shows no lines, and of what might be a stage it guesses which.
    fn unresolved(&self, name: &str, message: String, lines: Lines, source: Source) -> Failure {
        let stages = self.stage_names.iter().map(String::as_str);
        let guess = suggest(name, stages, Case::Sensitive).filter(|_| !self.old && source != Source::From);
        let message = match guess {
            Some(guess) => format!("{message} (did you mean {guess}?)"),
            None => message,
        };
        Failure::Failed {
            message,
            lines: Some(if source == Source::Mount { Lines::default() } else { lines }),
        }
    }

    fn resolved(
        &mut self,
        id: Digest,
        typed: &Reference,
        reference: &Reference,
        fetched: Vec<(Digest, u64)>,
        is_remote: bool,
    ) -> Resolved {
        let image = self.engine.images.get(&id);
        let chain = image.and_then(Image::chain);
        let mut config = image.map(|image| (*image.config).clone());
        let with_digest = format!("{reference}@{id}");
        let (shown, resolved) = match (self.is_graph_driver(), is_remote, typed.digest()) {
            (true, false, None) if !self.old => (reference.to_string(), None),
            (true, false, _) => (typed.to_string(), None),
            (true, true, None) => {
                let name = format!("{typed}@{id}");
                (name.clone(), Some(name))
            }
            (_, _, Some(_)) => (typed.to_string(), Some(typed.to_string())),
            (false, _, None) => (with_digest.clone(), Some(with_digest)),
        };
        if let Some(config) = &mut config {
            config.style = oci::ConfigStyle::Oci;
            config.container = String::new();
            config.container_config = oci::ContainerConfig::default();
            config.docker_version = String::new();
            config.config.image = String::new();
            config.config.hostname = String::new();
            config.author = String::new();
            config.comment = String::new();
        }
        let config = config.unwrap_or_else(|| oci::ImageConfig::new(oci::ConfigStyle::Oci));
        Resolved { op: ImageOp { id, chain, resolved, fetched }, shown, context: None, config }
    }

    /// Fetches an image from its registry; gives it and its layers that were not there.
    fn fetch(&mut self, reference: &Reference, name: &str) -> Result<(Digest, Vec<(Digest, u64)>), String> {
        let known = |engine: &crate::Engine, digest: Digest| {
            engine.layers.iter().any(|(_, layer)| layer.diff_id == digest)
        };
        let remote = self.runtime.registry.resolve(reference);
        let remote = remote.map_err(|error| registry_text(&error, reference))?;
        let missing = remote.layers.iter().filter(|layer| !known(self.engine, layer.digest));
        let missing: Vec<(Digest, u64)> = missing.map(|layer| (layer.digest, layer.size)).collect();
        let clock = self.engine.clock;
        // BuildKit tells of a pull in its own way.
        let mut quiet = api::Unwatched;
        let names = self.engine.references.clone();
        let pulled = self.engine.pull_reference(self.runtime, reference, &mut quiet);
        self.engine.clock = clock;
        // A base that BuildKit fetches gets no name in the store.
        self.engine.references = names;
        pulled.map(|id| (id, missing)).map_err(|error| format!("{name}: {}", error.message))
    }
}

/// Why a registry has no such image, in Docker's words; where the simulation ends in ours, after `glasshull: `.
pub(super) fn registry_text(error: &registry::RegistryError, reference: &Reference) -> String {
    match error {
        registry::RegistryError::NoSuchRegistry(_) | registry::RegistryError::Unreadable(..) => {
            format!("glasshull: {error}")
        }
        registry::RegistryError::Denied(_) => {
            "pull access denied, repository does not exist or may require authorization: server message: \
             insufficient_scope: authorization failed"
                .to_owned()
        }
        registry::RegistryError::ManifestUnknown(_) => format!("{reference}: not found"),
    }
}
