use thiserror::Error;
use vfs::archive::{ArchiveError, Limits, decompress, read_tree};
use vfs::{ChangeSet, Content, Errno, Tree};

use super::{Item, MANIFEST};
use crate::layout::LayoutError;
use crate::{FormatError, ImageConfig, layer};

/// Why an archive is not loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    /// The archive is broken.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A file is missing in it.
    #[error("open {path}: {}", if *.errno == Errno::ENOENT { "no such file or directory" } else { errno.text() })]
    File {
        /// The file.
        path: String,
        /// Why.
        errno: Errno,
    },
    /// A document is broken.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The layers are not those that the config names.
    #[error(transparent)]
    Layers(LayoutError),
}

/// An image in an archive.
#[derive(Clone, Debug)]
pub struct ArchivedImage {
    /// The config's bytes: their digest is the image's id.
    pub config_json: Vec<u8>,
    /// The same, read.
    pub config: ImageConfig,
    /// Its names, `name:tag` as written.
    pub tags: Vec<String>,
    /// What its layers hold, lowest first.
    pub layers: Vec<ChangeSet>,
    /// The plain tars of the layers.
    pub tars: Vec<Content>,
}

/// Reads an archive of `docker save`, plain or gzip; layers may be compressed. All diff ids are checked.
///
/// # Errors
/// See [`LoadError`].
pub fn load(bytes: &[u8], limits: Limits) -> Result<Vec<ArchivedImage>, LoadError> {
    let tree = read_tree(bytes)?;
    let items: Vec<Item> = serde_json::from_slice(&read(&tree, MANIFEST)?).map_err(FormatError::from)?;
    items.iter().map(|item| image(&tree, item, limits)).collect()
}

fn image(tree: &Tree, item: &Item, limits: Limits) -> Result<ArchivedImage, LoadError> {
    let config_json = read(tree, &item.config)?;
    let config = ImageConfig::from_json(&config_json)?;
    let diff_ids = &config.rootfs.diff_ids;
    if diff_ids.len() != item.layers.len() {
        return Err(LoadError::Layers(LayoutError::Count(diff_ids.len(), item.layers.len())));
    }
    let (mut layers, mut tars) = (Vec::new(), Vec::new());
    for (number, (path, expected)) in item.layers.iter().zip(diff_ids).enumerate() {
        let tar = decompress(&read(tree, path)?, limits.bytes)?;
        let actual = digest::sha256(&tar);
        if actual != *expected {
            return Err(LoadError::Layers(LayoutError::DiffId(number, *expected, actual)));
        }
        layers.push(layer::decode(&tar[..], limits)?);
        tars.push(Content::from(tar));
    }
    let tags = item.repo_tags.clone().unwrap_or_default();
    Ok(ArchivedImage { config_json, config, tags, layers, tars })
}

fn read(tree: &Tree, path: &str) -> Result<Vec<u8>, LoadError> {
    tree.read_file(path).map_err(|errno| LoadError::File { path: path.to_owned(), errno })
}
