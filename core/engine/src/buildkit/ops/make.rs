use bstr::ByteSlice;
use vfs::{Time, Tree};

use super::super::files::{Mode, Owner, Writer};
use super::copy::CopyFailure;

/// A directory or a file that is made from nothing.
#[derive(Clone, Debug)]
pub(in crate::buildkit) struct MakeOp {
    /// Whether the first input is the base; else the base is empty.
    pub(in crate::buildkit) has_base: bool,
    /// Its absolute path.
    pub(in crate::buildkit) path: String,
    /// What is made.
    pub(in crate::buildkit) what: Made,
    /// Who owns it; root if none is named.
    pub(in crate::buildkit) owner: Option<String>,
}

/// What is made.
#[derive(Clone, Debug)]
pub(in crate::buildkit) enum Made {
    /// A directory, with those above it.
    Directory,
    /// A file with this text.
    File(String),
    /// The same as a program.
    Script(String),
}

impl MakeOp {
    /// Makes it on `base`.
    pub(in crate::buildkit) fn run(&self, base: &Tree, now: Time) -> Result<Tree, CopyFailure> {
        let owner = self.owner.as_deref().map(|spec| Owner::parse(base, spec));
        let mode = None::<Mode>;
        let mut writer = Writer { tree: base.clone(), owner, mode, now, takes_top: false };
        match &self.what {
            Made::Directory => {
                let made = writer.directories(self.path.as_bytes().as_bstr());
                made.map_err(|failure| match failure {
                    CopyFailure::NotDirectory(at, _) => CopyFailure::NotDirectory(at, None),
                    other => other,
                })?;
            }
            Made::File(text) | Made::Script(text) => {
                let mode = if matches!(self.what, Made::Script(_)) { 0o755 } else { 0o644 };
                let written = writer.tree.write_file(&self.path, text.as_bytes().to_vec(), mode, now);
                written.map_err(|errno| CopyFailure::Other(errno.to_string()))?;
            }
        }
        Ok(writer.tree)
    }
}
