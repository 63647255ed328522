use crate::Reference;
use digest::Digest;
use im::OrdMap;

/// The names of images: canonical references, with tag or digest, to image ids.
#[derive(Clone, Debug, Default)]
pub struct References {
    by_name: OrdMap<String, Digest>,
}

impl References {
    /// The image that a canonical reference names.
    pub fn get(&self, reference: &Reference) -> Option<Digest> {
        self.by_name.get(&reference.to_string()).copied()
    }

    /// Gives a name to an image; a name that another image had moves.
    pub fn set(&mut self, reference: &Reference, image: Digest) {
        self.by_name.insert(reference.to_string(), image);
    }

    /// Takes a name away.
    pub fn remove(&mut self, reference: &Reference) -> Option<Digest> {
        self.by_name.remove(&reference.to_string())
    }

    /// All names of an image, sorted.
    pub fn of(&self, image: Digest) -> Vec<Reference> {
        self.iter().filter(|(_, id)| *id == image).map(|(reference, _)| reference).collect()
    }

    /// All names, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (Reference, Digest)> {
        self.by_name.iter().filter_map(|(name, id)| Some((Reference::parse_normalized(name).ok()?, *id)))
    }
}
