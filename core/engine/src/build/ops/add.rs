use api::{ApiError, ErrorKind, EventKind};
use bstr::ByteSlice;
use dockerfile::instruction::Add;
use vfs::{Metadata, Time, Tree};

use super::copy::{Transfer, needs_buildkit, paths_of, run};
use crate::build::copy::{self, Found, Origin, Placement, Refusal, Source, is_archive, scoped};
use crate::build::steps::{Build, Outcome, failed};
use crate::containers::host_path;
use crate::download::DownloadError;

/// ADD: as COPY from the context, with archives unpacked and URLs fetched.
pub(in crate::build) fn dispatch(build: &mut Build<'_>, add: &Add) -> Outcome {
    if add.chmod.is_some() {
        return Err(needs_buildkit("chmod"));
    }
    let sources = paths_of(&add.sources);
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

/// The name of a file whose URL names none.
const UNNAMED: &str = "__unnamed__";

/// Downloads a source, and tells so by an empty line.
pub(super) fn fetch(build: &mut Build<'_>, url: &str, dest: &str) -> Result<(Found, Tree), ApiError> {
    let told = |error: String| failed(format!("ADD failed: {error}"));
    let downloaded = match build.engine.download(build.runtime, url) {
        Ok(downloaded) => downloaded,
        Err(DownloadError::Beyond(_)) if build.request.network == "none" => {
            let host = url.split_once("://").map_or(url, |(_, rest)| rest);
            let host = host.split(['/', ':']).next().unwrap_or_default();
            return Err(told(format!("Get \"{url}\": dial tcp: lookup {host}: no such host")));
        }
        Err(DownloadError::Beyond(message)) => {
            return Err(ApiError::new(ErrorKind::NotSimulated, message));
        }
        Err(DownloadError::Failed(text)) => return Err(told(text)),
        Err(DownloadError::Status { status, body, .. }) => {
            let body = body.trim_ascii().to_str_lossy();
            return Err(told(format!("failed to GET {url} with status {status}: {body}")));
        }
    };
    build.emit(EventKind::Noted { text: String::new() });
    if downloaded.name.is_empty() && dest.ends_with('/') {
        return Err(told(format!("cannot determine filename for source {url}")));
    }
    let name = if downloaded.name.is_empty() { UNNAMED } else { &downloaded.name };
    let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
    let time = downloaded.modified.unwrap_or(Time::EPOCH);
    tree.write_file(name, downloaded.bytes, 0o600, time).map_err(|errno| told(errno.to_string()))?;
    let source = Source { tree: &tree, origin: Origin::Image };
    let mut found = source.one(name.as_bytes().as_bstr()).map_err(told)?;
    found.checksum = found.checksum.trim_start_matches("file:").to_owned();
    found.parts = vec![(url.into(), found.checksum.clone())];
    Ok((found, tree))
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
