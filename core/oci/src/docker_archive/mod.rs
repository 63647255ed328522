//! The archives of `docker save` and `docker load`, as Docker 20.10 writes them.

mod legacy;
mod load;
mod save;

use serde::{Deserialize, Serialize};

pub use load::{ArchivedImage, LoadError, load};
pub use save::{SavedImage, save};

/// Lists the images.
const MANIFEST: &str = "manifest.json";

/// An image in `manifest.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    /// Path of the config.
    config: String,
    /// Familiar `name:tag`s.
    repo_tags: Option<Vec<String>>,
    /// Paths of the layers' tars.
    layers: Vec<String>,
}
