use crate::Reference;
use api::{ApiError, ErrorKind, ImageRemoval};
use digest::Digest;

use crate::Engine;

/// Why an image cannot go.
struct Conflict {
    message: String,
    /// Not even by force.
    hard: bool,
    /// Because a container uses it.
    used: bool,
}

/// Which reasons count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    /// All of them.
    All,
    /// All but names: they are about to go.
    AllButNames,
    /// Only those that force cannot overrule.
    HardOnly,
}

impl Engine {
    /// `docker rmi`: removes a name, and the image with its unnamed parents when it was the last one. `prune` is false
    /// for `--no-prune`.
    ///
    /// # Errors
    /// An unknown image; one in use, in docker's words.
    pub fn remove_image(
        &mut self,
        name: &str,
        force: bool,
        prune: bool,
    ) -> Result<Vec<ImageRemoval>, ApiError> {
        let id = self.find_image(name).map_err(|error| ApiError { message: unknown(name), ..error })?;
        let mut removed = Vec::new();
        let by_id = is_id_of(id, name);
        let names = self.references.of(id);
        let mut untagged_last = false;
        if by_id {
            if is_single(&names) {
                let strictness = if force { Strictness::HardOnly } else { Strictness::AllButNames };
                self.check(id, strictness).map_err(|conflict| error(id, &conflict))?;
                names.iter().for_each(|name| self.untag(name, &mut removed));
            }
        } else {
            self.check_last_name(name, id, &names, force)?;
            if self.remove_name(name, id, &mut removed) {
                return Ok(removed);
            }
            untagged_last = true;
        }
        self.delete(id, &mut removed, force, prune, untagged_last)?;
        Ok(removed)
    }

    /// A name of an image that a container uses goes only by force, if it is the last one.
    fn check_last_name(
        &self,
        name: &str,
        id: Digest,
        names: &[Reference],
        force: bool,
    ) -> Result<(), ApiError> {
        if force || !is_single(names) {
            return Ok(());
        }
        let Some((container, _)) = self.containers.iter().find(|(_, container)| container.image == Some(id))
        else {
            return Ok(());
        };
        let message = format!(
            "conflict: unable to remove repository reference \"{name}\" (must force) - container {} is using its \
             referenced image {}",
            container.short(),
            id.short()
        );
        Err(ApiError::new(ErrorKind::Conflict, message))
    }

    /// Removes the name and, with the last tag of a repository, its digests. True when other names remain.
    fn remove_name(&mut self, name: &str, id: Digest, removed: &mut Vec<ImageRemoval>) -> bool {
        let Ok(reference) = Reference::parse_normalized(name).map(Reference::with_default_tag) else {
            return false;
        };
        self.untag(&reference, removed);
        let is_sibling = |other: &&Reference| other.name() == reference.name();
        let rest = self.references.of(id);
        let has_tag = rest.iter().filter(is_sibling).any(|other| other.digest().is_none());
        if reference.digest().is_none() && !has_tag {
            rest.iter().filter(is_sibling).for_each(|digest| self.untag(digest, removed));
        }
        !self.references.of(id).is_empty()
    }

    fn untag(&mut self, reference: &Reference, removed: &mut Vec<ImageRemoval>) {
        self.references.remove(reference);
        removed.push(ImageRemoval::Untagged(reference.familiar()));
    }

    /// Deletes an image, and then its parents as long as nothing needs them. `quiet` passes over conflicts.
    fn delete(
        &mut self,
        id: Digest,
        removed: &mut Vec<ImageRemoval>,
        force: bool,
        prune: bool,
        quiet: bool,
    ) -> Result<(), ApiError> {
        let strictness = if force { Strictness::HardOnly } else { Strictness::All };
        if let Err(conflict) = self.check(id, strictness) {
            let is_dangling = self.references.of(id).is_empty() && self.children(id).next().is_none();
            if quiet && (!is_dangling || conflict.used) {
                return Ok(());
            }
            return Err(error(id, &conflict));
        }
        let names = self.references.of(id);
        names.iter().for_each(|name| self.untag(name, removed));
        let Some(image) = self.images.remove(&id) else { return Ok(()) };
        let orphans: Vec<Digest> = self.children(id).map(|(child, _)| *child).collect();
        for orphan in orphans {
            if let Some(orphan) = self.images.get_mut(&orphan) {
                orphan.parent = None;
            }
        }
        removed.push(ImageRemoval::Deleted(id));
        removed.extend(
            self.release_layers(image.chain()).into_iter().map(|(chain, _)| ImageRemoval::Deleted(chain)),
        );
        match image.parent {
            Some(parent) if prune => self.delete(parent, removed, false, true, true),
            _ => Ok(()),
        }
    }

    fn check(&self, id: Digest, strictness: Strictness) -> Result<(), Conflict> {
        let conflict = |message: String, hard, used| Err(Conflict { message, hard, used });
        if self.children(id).next().is_some() {
            return conflict("image has dependent child images".into(), true, false);
        }
        let users = || self.containers.iter().filter(|(_, container)| container.image == Some(id));
        if let Some((user, _)) = users().find(|(_, container)| container.is_running()) {
            return conflict(
                format!("image is being used by running container {}", user.short()),
                true,
                true,
            );
        }
        if strictness == Strictness::All && !self.references.of(id).is_empty() {
            return conflict("image is referenced in multiple repositories".into(), false, false);
        }
        if strictness == Strictness::HardOnly {
            return Ok(());
        }
        match users().next() {
            Some((user, _)) => {
                conflict(format!("image is being used by stopped container {}", user.short()), false, true)
            }
            None => Ok(()),
        }
    }

    /// Frees the layers of a chain that neither an image nor a container needs any more.
    pub(crate) fn release_layers(&mut self, chain: Option<Digest>) -> Vec<(Digest, u64)> {
        let mut used: Vec<Digest> = self.images.values().filter_map(super::Image::chain).collect();
        used.extend(self.containers.values().filter_map(|container| container.chain));
        used.extend(self.build_cache.chains());
        self.layers.release(chain, |chain| used.contains(chain))
    }
}

fn unknown(name: &str) -> String {
    let shown =
        Reference::parse_normalized(name).map_or_else(|_| name.to_owned(), |reference| reference.familiar());
    format!("No such image: {shown}")
}

fn error(id: Digest, conflict: &Conflict) -> ApiError {
    let force = if conflict.hard { "cannot be forced" } else { "must be forced" };
    let message = format!("conflict: unable to delete {} ({force}) - {}", id.short(), conflict.message);
    ApiError::new(ErrorKind::Conflict, message)
}

/// Whether the user named the image by its id.
fn is_id_of(id: Digest, name: &str) -> bool {
    let hex = name.strip_prefix("sha256:").unwrap_or(name);
    !hex.is_empty() && id.hex().starts_with(hex)
}

/// Whether there is at most one tag, and digests of its repository alone.
fn is_single(names: &[Reference]) -> bool {
    let (digests, tags): (Vec<_>, Vec<_>) = names.iter().partition(|name| name.digest().is_some());
    match (names.len(), tags.len()) {
        (0 | 1, _) => true,
        (_, 0 | 1) => digests.iter().all(|name| name.name() == names[0].name()),
        _ => false,
    }
}
