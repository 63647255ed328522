//! Layers as tar archives: deletions are spelled `.wh.NAME`, opaque directories `.wh..wh..opq`.

mod decode;
mod encode;

use std::io::{self, Write};

use digest::{Digest, Hasher};
use serde::{Deserialize, Serialize};
use vfs::archive::ArchiveError;
use vfs::{ChangeSet, Time};

pub use decode::decode;
pub use encode::write;

/// Prefix of the name of an empty file that stands for a deletion.
const WHITEOUT: &[u8] = b".wh.";

/// Name of the empty file that makes its directory opaque. Other names with its prefix are bookkeeping of aufs.
const OPAQUE: &[u8] = b".wh..wh..opq";
const BOOKKEEPING: &[u8] = b".wh..wh.";

/// Who writes the layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LayerStyle {
    /// Docker 20.10 from an overlay2 difference: type bits in the mode, the host's name for root, opaque directories,
    /// whiteouts of mode 600 that share an inode.
    Docker20_10,
    /// BuildKit: plain modes, no names, a whiteout for each entry that an opaque directory hides, whiteouts of mode 0
    /// and time 0.
    BuildKit {
        /// `SOURCE_DATE_EPOCH` with `rewrite-timestamp`: later times become this one.
        rewrite: Option<Time>,
    },
    /// Docker 29's classic builder on the containerd store: as BuildKit, but whiteouts have a time.
    Docker29 {
        /// When the difference was taken.
        taken: Time,
    },
}

/// A layer's tar without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerTar {
    /// SHA-256 of the tar.
    pub diff_id: Digest,
    /// Its length in bytes.
    pub len: u64,
}

/// The digest and length of a layer's tar; the tar itself is never held.
pub fn digest(changes: &ChangeSet, style: LayerStyle) -> LayerTar {
    let mut sink = Sink { hasher: Hasher::new(), len: 0 };
    let done = write(changes, style, &mut sink);
    debug_assert!(done.is_ok(), "a hasher takes everything");
    LayerTar { diff_id: sink.hasher.finish(), len: sink.len }
}

/// The whole tar. For large layers use [`write`].
pub fn to_vec(changes: &ChangeSet, style: LayerStyle) -> Vec<u8> {
    let mut bytes = Vec::new();
    let done = write(changes, style, &mut bytes);
    debug_assert!(done.is_ok(), "a vector takes everything");
    bytes
}

struct Sink {
    hasher: Hasher,
    len: u64,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        self.len += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Why a layer cannot be read.
pub type LayerError = ArchiveError;
