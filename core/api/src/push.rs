use digest::Digest;

/// What a push did with one tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedTag {
    /// The tag.
    pub tag: String,
    /// Its layers, topmost first.
    pub layers: Vec<PushedLayer>,
    /// Digest and length of the manifest, or why the registry refused.
    pub outcome: Result<(Digest, u64), String>,
}

/// A layer of a pushed image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedLayer {
    /// Its diff id.
    pub digest: Digest,
    /// What happened to it, in docker's words.
    pub status: String,
}
