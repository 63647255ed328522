use digest::Digest;

/// The files of an image of the store.
#[derive(Clone, Debug)]
pub(in crate::buildkit) struct ImageOp {
    /// The image.
    pub(in crate::buildkit) id: Digest,
    /// Its topmost layer; none for an image without layers.
    pub(in crate::buildkit) chain: Option<Digest>,
    /// What is told as being resolved, for references with a digest.
    pub(in crate::buildkit) resolved: Option<String>,
    /// Layers that had to be fetched: digest and size.
    pub(in crate::buildkit) fetched: Vec<(Digest, u64)>,
}

impl ImageOp {
    pub(super) fn definition(&self) -> String {
        format!("image {:?} {}", self.chain, self.fetched.len())
    }
}
