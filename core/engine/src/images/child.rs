use api::{ApiError, DockerVersion, ErrorKind};
use digest::{Digest, Id};
use oci::layer::{self, LayerStyle};
use oci::{ConfigStyle, ContainerConfig, History, ImageConfig};
use vfs::{ChangeKind, ChangeSet, Follow, Tree};

use crate::Engine;
use crate::layers::Layer;

/// What the version string of this daemon is: Debian's build of 20.10.24, the one that was recorded.
pub(crate) const DOCKER_VERSION: &str = "20.10.24+dfsg1";

/// A commit to be: everything that goes into an image besides its parent and layer.
pub(crate) struct Child {
    /// The image below; none on scratch.
    pub(crate) parent: Option<Digest>,
    /// The container it was made with; none for COPY and ADD.
    pub(crate) container: Option<Id>,
    /// Author of this step.
    pub(crate) author: String,
    /// Message of a commit.
    pub(crate) comment: String,
    /// How the image runs.
    pub(crate) config: ContainerConfig,
    /// How the container that made it was configured; its command is what history shows.
    pub(crate) container_config: ContainerConfig,
}

/// A layer made from a change set, or none when nothing had changed.
pub(crate) struct NewLayer {
    /// Its diff id; none when nothing had changed.
    pub(crate) diff_id: Option<Digest>,
    /// Bytes of the files in it.
    pub(crate) size: u64,
    /// Bytes of lower files that it hides.
    pub(crate) hidden: u64,
}

impl Engine {
    /// Stores changes to the tree of `parent` as a layer on it. Nothing but the root directory touched is no change.
    ///
    /// # Errors
    /// Changes that do not fit the tree.
    pub(crate) fn make_layer(
        &mut self,
        parent: Option<Digest>,
        changes: ChangeSet,
    ) -> Result<NewLayer, ApiError> {
        if changes.changes().iter().all(|change| change.path == "/") {
            return Ok(NewLayer { diff_id: None, size: 0, hidden: 0 });
        }
        let size = changes.size();
        let hidden = hidden_bytes(&self.tree_of(parent)?, &changes);
        let style = self.layer_style();
        let diff_id = layer::digest(&changes, style).diff_id;
        self.register_layer(parent, diff_id, style, changes)?;
        Ok(NewLayer { diff_id: Some(diff_id), size, hidden })
    }

    /// Stores changes as the layer whose tar, in this style, has the digest `diff_id`; gives the new chain.
    ///
    /// # Errors
    /// Changes that do not fit the tree below.
    pub(crate) fn register_layer(
        &mut self,
        parent: Option<Digest>,
        diff_id: Digest,
        style: LayerStyle,
        changes: ChangeSet,
    ) -> Result<Digest, ApiError> {
        let tree = self.tree_of(parent)?.apply(&changes).map_err(|errno| {
            ApiError::new(ErrorKind::Server, format!("failed to register layer: {errno}"))
        })?;
        let size = changes.size();
        Ok(self.layers.add(Layer::new(parent, diff_id, size, style, changes, tree)))
    }

    /// Who writes the layers of the classic builder and of commits.
    fn layer_style(&self) -> LayerStyle {
        match self.version {
            DockerVersion::V20_10 => LayerStyle::Docker20_10,
            DockerVersion::V29 => LayerStyle::Docker29 { taken: self.clock },
        }
    }

    /// Commits an image on top of `child.parent`, now.
    pub(crate) fn commit_child(&mut self, child: Child, layer: &NewLayer) -> Digest {
        let mut config = match child.parent.and_then(|parent| self.images.get(&parent)) {
            Some(parent) => (*parent.config).clone(),
            None => ImageConfig::new(ConfigStyle::Docker),
        };
        config.style = ConfigStyle::Docker;
        config.created = Some(self.clock);
        config.history.push(History {
            created: config.created,
            author: child.author.clone(),
            created_by: child.container_config.cmd.as_deref().unwrap_or_default().join(" "),
            comment: child.comment.clone(),
            empty_layer: layer.diff_id.is_none(),
        });
        config.rootfs.diff_ids.extend(layer.diff_id);
        config.docker_version = DOCKER_VERSION.to_owned();
        config.author = child.author;
        config.comment = String::new();
        config.container = child.container.map(|id| id.to_string()).unwrap_or_default();
        config.config = child.config;
        config.container_config = child.container_config;
        config.variant = String::new();
        self.add_image(config, child.parent)
    }
}

impl Engine {
    /// Bytes of files of lower layers that a layer deletes or replaces.
    ///
    /// # Errors
    /// There is none with this chain id, or a layer of a saved state cannot be read.
    pub fn hidden_by(&self, chain: &Digest) -> Result<u64, ApiError> {
        let changes = self.layer_changes(chain)?;
        let parent = self.layer(chain).and_then(|layer| layer.parent);
        Ok(hidden_bytes(&self.tree_of(parent)?, changes))
    }
}

/// Bytes of files below that a layer deletes or replaces.
fn hidden_bytes(base: &Tree, changes: &ChangeSet) -> u64 {
    let below = |path: &[u8], whole: bool| -> u64 {
        let Ok(ino) = base.resolve(path, Follow::No) else { return 0 };
        let size = |inode: &vfs::Inode| inode.content().map_or(0, vfs::Content::len);
        if whole {
            base.walk_from(ino, path).map(|visit| size(visit.inode)).sum()
        } else {
            base.inode(ino).map_or(0, size)
        }
    };
    let hidden = |change: &vfs::Change| match change.kind {
        ChangeKind::Delete => below(&change.path, true),
        ChangeKind::Put { opaque, .. } => below(&change.path, opaque),
    };
    changes.changes().iter().map(hidden).sum()
}
