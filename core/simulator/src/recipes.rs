//! Images of the hub that are built from recipes of the catalogue, by an engine of their own.

use std::rc::Rc;

use api::{ApiError, BuildContext, BuildRequest, DockerVersion, ErrorKind, Unwatched};
use catalog::{Catalog, Recipe};
use engine::{Engine, Runtime};
use oci::layer;
use registry::{RemoteImage, RemoteLayer};
use vfs::{Errno, Metadata, Time, Tree};

use crate::hub::bases;

/// When the images were built: before any world begins.
const BUILT: Time = Time::from_secs(1_726_000_000);

/// Builds a recipe on the bases of the hub.
///
/// # Errors
/// The build's; a recipe is a part of the program, and so is what it needs.
pub(crate) fn build(catalog: &Rc<Catalog>, recipe: &Recipe) -> Result<RemoteImage, ApiError> {
    let broken = |errno: Errno| ApiError::new(ErrorKind::Server, errno.to_string());
    let mut tree = Tree::new(Metadata::new(0o755, BUILT));
    for (path, mode, text) in recipe.files {
        tree.write_file(path, *text, *mode, BUILT).map_err(broken)?;
    }
    let mut engine = Engine::new(DockerVersion::V20_10, BUILT, 0);
    let mut runtime = Runtime::new(catalog.loader(), Rc::new(bases(catalog)), kernel::Limits::default());
    let request = BuildRequest::new(BuildContext { tree, wire_bytes: 0, entries: 0 });
    let reply = engine.build(&mut runtime, &request, &mut Unwatched)?;
    let missing = || ApiError::new(ErrorKind::Server, "the recipe built nothing".to_owned());
    let config = engine.image(&reply.image).ok_or_else(missing)?.config.as_ref().clone();
    let layers = config.rootfs.chain_ids().into_iter().map(|chain| {
        let layer = engine.layer(&chain).ok_or_else(missing)?;
        let changes = engine.layer_changes(&chain)?.clone();
        let size = layer::digest(&changes, layer.style).len;
        Ok(RemoteLayer { digest: layer.diff_id, size, style: layer.style, changes })
    });
    let layers = layers.collect::<Result<_, ApiError>>()?;
    Ok(RemoteImage { config, layers })
}
