use api::{ApiError, ErrorKind};
use bstr::ByteSlice;
use dockerfile::instruction::Add;
use vfs::Tree;

use super::copy::{Transfer, is_url, needs_buildkit, paths_of, run};
use crate::build::copy::{self, Found, Origin, Placement, Refusal, is_archive, scoped};
use crate::build::steps::{Build, Outcome, failed};
use crate::containers::host_path;

/// ADD: as COPY from the context, with archives unpacked and URLs fetched.
pub(in crate::build) fn dispatch(build: &mut Build<'_>, add: &Add) -> Outcome {
    if add.chmod.is_some() {
        return Err(needs_buildkit("chmod"));
    }
    let sources = paths_of(&add.sources);
    if let Some(url) = sources.iter().find(|source| is_url(source)) {
        return Err(no_download(build, url));
    }
    let transfer = Transfer {
        name: "ADD",
        sources,
        dest: &add.dest,
        from: None,
        chown: add.chown.as_deref(),
        tree: build.context.clone(),
        origin: Origin::Context,
        unpack: true,
    };
    run(build, &transfer)
}

/// Without a network the daemon's answer is known; else downloads are beyond the simulation.
fn no_download(build: &Build<'_>, url: &str) -> ApiError {
    let host =
        url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', ':']).next().unwrap_or_default();
    if build.request.network == "none" {
        return failed(format!("ADD failed: Get \"{url}\": dial tcp: lookup {host}: no such host"));
    }
    ApiError::new(ErrorKind::NotSimulated, format!("ADD of a URL is not simulated: {url}"))
}

/// Unpacks a source that is an archive; false when it is none. Owners are the archive's, whatever --chown says.
pub(super) fn unpack(
    tree: &mut Tree,
    source: &Tree,
    found: &Found,
    how: &Placement<'_>,
) -> Result<bool, ApiError> {
    let Ok(content) = source.content(found.ino) else { return Ok(false) };
    if !is_archive(content) {
        return Ok(false);
    }
    let dest = scoped(tree, how.destination);
    match copy::unpack(tree, content, dest.as_bstr(), how.now) {
        Ok(()) => Ok(true),
        Err(refusal) => Err(failed(format!(
            "failed to copy files: Error processing tar file(exit status 1): {}",
            match refusal {
                Refusal::Archive(text) => text,
                // The last word is a number that docker draws.
                Refusal::Destination(errno) => format!(
                    "Error setting up pivot dir: mkdir {}/.pivot_root: {}",
                    host_path(how.layer, &dest.to_str_lossy()),
                    errno.to_string().to_lowercase()
                ),
            }
        ))),
    }
}
