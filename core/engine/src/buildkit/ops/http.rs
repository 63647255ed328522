use digest::{Digest, Hasher, sha256};
use vfs::{Metadata, Time, Tree};

use crate::buildkit::graph::Vertex;
use crate::buildkit::schedule::{Broken, Product, Schedule, Stop};
use crate::buildkit::vertices::{FETCH_COST, METADATA_COST};
use crate::download::{DownloadError, name_of};

/// The name of a file whose URL names none.
const UNNAMED: &str = "__unnamed__";

/// ADD of a URL: the file behind it.
#[derive(Clone, Debug)]
pub(in crate::buildkit) struct HttpOp {
    /// Where it is.
    pub(in crate::buildkit) url: String,
    /// `--checksum`.
    pub(in crate::buildkit) checksum: Option<Digest>,
}

impl HttpOp {
    /// Under which name the file is kept.
    pub(in crate::buildkit) fn file_name(&self) -> String {
        let name = name_of(&self.url);
        if name.is_empty() { UNNAMED.to_owned() } else { name }
    }
}

impl Schedule<'_> {
    /// Downloads a file.
    pub(in crate::buildkit) fn http(
        &mut self,
        vertex: &Vertex,
        http: &HttpOp,
        start: Time,
    ) -> Result<Product, Stop> {
        let at = start + METADATA_COST + METADATA_COST;
        let broken = |message: String| {
            let whole = format!("failed to load cache key: {message}");
            Stop::Broken(Broken { message, whole, at, node: vertex.node })
        };
        self.engine.clock = self.engine.clock.max(start);
        let downloaded = self.engine.download(self.runtime, &http.url).map_err(|error| match error {
            DownloadError::Beyond(message) => Stop::Beyond(message),
            DownloadError::Failed(message) => broken(message),
            DownloadError::Status { code, .. } => broken(format!("invalid response status {code}")),
        })?;
        let digest = sha256(&downloaded.bytes);
        if let Some(wanted) = http.checksum.filter(|wanted| *wanted != digest) {
            return Err(broken(format!("digest mismatch {digest}: {wanted}")));
        }
        let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
        let time = downloaded.modified.unwrap_or(Time::EPOCH);
        let written = tree.write_file(http.file_name(), downloaded.bytes, 0o600, time);
        written.map_err(|errno| broken(errno.to_string()))?;
        let mut key = Hasher::new();
        key.update(format!("http {} {digest}", http.url));
        let end = (start + FETCH_COST).max(self.engine.clock);
        Ok(Product { tree, chain: None, key: key.finish(), end, cached: false })
    }
}

/// `--checksum`, in the words of Go's package for digests.
pub(in crate::buildkit) fn checksum(text: &str) -> Result<Digest, &'static str> {
    let format = "invalid checksum digest format";
    let (algorithm, hex) = text.split_once(':').ok_or(format)?;
    let is_name = !algorithm.is_empty()
        && algorithm.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"=_-".contains(&byte);
    if !is_name || hex.is_empty() || !hex.bytes().all(is_word) {
        return Err(format);
    }
    match (algorithm, hex.len()) {
        ("sha256", 64) => text.parse().map_err(|_| format),
        ("sha256", _) => Err("invalid checksum digest length"),
        _ => Err("unsupported digest algorithm"),
    }
}
