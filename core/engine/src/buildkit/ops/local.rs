use vfs::Tree;

use crate::buildkit::transfer::Selection;

/// Files that the client sends.
#[derive(Clone, Debug)]
pub(in crate::buildkit) struct LocalOp {
    /// `context`, or the name of a further context.
    pub(in crate::buildkit) name: String,
    /// The client's folder.
    pub(in crate::buildkit) tree: Tree,
    /// Which of it is needed.
    pub(in crate::buildkit) selection: Selection,
    /// What tells the folder from others.
    pub(in crate::buildkit) key: String,
    /// Whether a stage stands on it, so that its files are a layer.
    pub(in crate::buildkit) is_base: bool,
    /// Whether it came as an archive, which the daemon has unpacked.
    pub(in crate::buildkit) is_remote: bool,
    /// Why the client cannot send it.
    pub(in crate::buildkit) error: Option<String>,
}
