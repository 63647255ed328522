use std::collections::BTreeMap;

use api::{ApiError, CacheVerdict, KeyPart};
use bstr::{BString, ByteSlice};
use digest::Id;
use dockerfile::instruction::{Copy, CopySource};
use vfs::{Errno, Tree, diff};

use crate::build::copy::{Found, Origin, Placement, Source, combined, place};
use crate::build::steps::{Build, Outcome, failed};
use crate::containers::{host_path, owner};
use crate::paths;

/// The parts of COPY and ADD that they share.
pub(in crate::build) struct Transfer<'a> {
    /// `COPY` or `ADD`.
    pub(in crate::build) name: &'static str,
    /// What is copied, as written.
    pub(in crate::build) sources: Vec<String>,
    /// Where to, as written.
    pub(in crate::build) dest: &'a str,
    /// `--from`, as written.
    pub(in crate::build) from: Option<&'a str>,
    /// `--chown`.
    pub(in crate::build) chown: Option<&'a str>,
    /// Where the files come from.
    pub(in crate::build) tree: Tree,
    /// What that is.
    pub(in crate::build) origin: Origin,
    /// Whether archives are unpacked.
    pub(in crate::build) unpack: bool,
}

/// COPY: files of the context, of an earlier stage or of an image.
pub(in crate::build) fn dispatch(build: &mut Build<'_>, copy: &Copy) -> Outcome {
    if copy.chmod.is_some() {
        return Err(needs_buildkit("chmod"));
    }
    let (tree, origin) = match &copy.from {
        Some(from) => (from_image(build, from)?, Origin::Image),
        None => (build.context.clone(), Origin::Context),
    };
    let sources = paths_of(&copy.sources);
    if sources.iter().any(|source| is_url(source)) {
        return Err(failed("COPY failed: source can't be a URL for COPY"));
    }
    let transfer = Transfer {
        name: "COPY",
        sources,
        dest: &copy.dest,
        from: copy.from.as_deref(),
        chown: copy.chown.as_deref(),
        tree,
        origin,
        unpack: false,
    };
    run(build, &transfer)
}

/// The answer to flags that only BuildKit knows.
pub(in crate::build) fn needs_buildkit(flag: &str) -> ApiError {
    failed(format!(
        "the --{flag} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build \
         images with BuildKit enabled"
    ))
}

/// The files that `--from` names: a stage by name or number, else an image.
fn from_image(build: &mut Build<'_>, from: &str) -> Result<Tree, ApiError> {
    let invalid = |reason: &str| failed(format!("invalid from flag value {from}: {reason}"));
    let stage = build.stages.by_name_or_index(from).map_err(invalid)?;
    let image = match stage {
        Some(image) => image,
        None => Some(super::from::image(build, from).map_err(|error| match error.kind {
            api::ErrorKind::NotSimulated => error,
            _ => invalid(&error.message),
        })?),
    };
    let chain = image.and_then(|image| build.engine.images.get(&image)).and_then(crate::images::Image::chain);
    build.engine.tree_of(chain)
}

/// The paths among the sources; heredocs are none of the classic builder's.
pub(in crate::build) fn paths_of(sources: &[CopySource]) -> Vec<String> {
    let path = |source: &CopySource| match source {
        CopySource::Path(path) => Some(path.clone()),
        CopySource::Inline(_) => None,
    };
    sources.iter().filter_map(path).collect()
}

/// Whether docker takes a source for a URL.
pub(in crate::build) fn is_url(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

/// Finds the sources, asks the cache, and writes them into a layer.
pub(in crate::build) fn run(build: &mut Build<'_>, transfer: &Transfer<'_>) -> Outcome {
    let name = transfer.name;
    let Gathered { found, fetched } = gather(build, transfer)?;
    if found.len() > 1 && !transfer.dest.ends_with('/') {
        return Err(failed(format!(
            "When using {name} with more than one source file, the destination must be a directory and end with a /"
        )));
    }
    let chown = transfer.chown.map(|chown| format!("--chown={chown}")).unwrap_or_default();
    let comment = format!("{name} {chown}{} in {} ", combined(&found), transfer.dest);
    let config = build.stage.settings.noted_in_one(&comment);
    let key = key(build, transfer, &found);
    if let CacheVerdict::Hit { .. } = build.probe(&config, key)? {
        return Ok(());
    }
    let base = build.base_tree()?;
    let sources: Vec<&Tree> = (0..found.len()).map(|at| fetched.get(&at).unwrap_or(&transfer.tree)).collect();
    let tree = write(build, transfer, &found, &sources, &base)?;
    build.spend_on_copy(weight(&found, &sources));
    let layer = build.snapshot(build.chain(), diff(&base, &tree), &base)?;
    build.commit_files(config, &layer);
    Ok(())
}

/// The sources, and the files of those that came from elsewhere by their place among them.
struct Gathered {
    found: Vec<Found>,
    fetched: BTreeMap<usize, Tree>,
}

fn gather(build: &mut Build<'_>, transfer: &Transfer<'_>) -> Result<Gathered, ApiError> {
    let told = |error: String| failed(format!("{} failed: {error}", transfer.name));
    let mut gathered = Gathered { found: Vec::new(), fetched: BTreeMap::new() };
    for path in &transfer.sources {
        if is_url(path) {
            let (found, tree) = super::add::fetch(build, path, transfer.dest)?;
            gathered.fetched.insert(gathered.found.len(), tree);
            gathered.found.push(found);
            continue;
        }
        let source = Source { tree: &transfer.tree, origin: transfer.origin };
        gathered.found.extend(source.find(path).map_err(told)?);
    }
    match gathered.found.is_empty() {
        true => Err(told("no source files were specified".to_owned())),
        false => Ok(gathered),
    }
}

fn key(build: &Build<'_>, transfer: &Transfer<'_>, found: &[Found]) -> Vec<KeyPart> {
    let chown = transfer.chown.map(|chown| format!(" --chown={chown}")).unwrap_or_default();
    let from = transfer.from.map(|from| format!(" --from={from}")).unwrap_or_default();
    let words = transfer.sources.join(" ");
    let mut key = build.key(format!("{}{from}{chown} {words} {}", transfer.name, transfer.dest));
    let part = |(path, sum): &(BString, String)| KeyPart { name: format!("file:{path}"), value: sum.clone() };
    key.extend(found.iter().flat_map(|found| found.parts.iter().map(part)));
    key
}

fn write(
    build: &Build<'_>,
    transfer: &Transfer<'_>,
    found: &[Found],
    sources: &[&Tree],
    base: &Tree,
) -> Result<Tree, ApiError> {
    let mut tree = base.clone();
    let destination = destination(&build.stage.settings.config.working_dir, transfer.dest);
    let owner = match (transfer.chown, transfer.origin) {
        (Some(chown), _) => Some(owner(&tree, chown).map_err(|error| {
            failed(format!("unable to convert uid/gid chown string to host mapping: {error}"))
        })?),
        (None, Origin::Image) => None,
        (None, Origin::Context) => Some((0, 0)),
    };
    let mut ids = build.engine.ids;
    let (now, layer) = (build.engine.clock, ids.draw());
    let how = Placement { destination: destination.as_bstr(), owner, now, layer };
    for (one, source) in found.iter().zip(sources) {
        // What came from elsewhere is never unpacked.
        let is_own = transfer.unpack && std::ptr::eq(*source, &raw const transfer.tree);
        let unpacked = is_own && super::add::unpack(&mut tree, source, one, &how)?;
        if !unpacked {
            let is_dir = source.inode(one.ino).is_some_and(|inode| inode.is_dir());
            place(&mut tree, source, one, &how).map_err(|error| not_written(layer, &tree, is_dir, error))?;
        }
    }
    Ok(tree)
}

/// Relative destinations are below the working directory; the final slash stays.
fn destination(working_dir: &str, dest: &str) -> BString {
    if dest.starts_with('/') {
        return dest.into();
    }
    let mut joined = paths::join(&[b"/", working_dir.as_bytes(), dest.as_bytes()]);
    if dest.ends_with('/') {
        joined.push(b'/');
    }
    joined
}

/// The system's refusal in docker's words, with the path on the daemon's disk.
fn not_written(layer: Id, tree: &Tree, is_dir: bool, (path, errno): (BString, Errno)) -> ApiError {
    let missing = tree.resolve(&path, vfs::Follow::Yes) == Err(Errno::ENOTDIR);
    let (step, path) = match (is_dir, missing) {
        (_, true) => ("lstat", below_a_file(tree, &path)),
        (true, false) => ("failed to copy directory: mkdir", path.clone()),
        (false, false) => ("failed to create new directory: mkdir", path.clone()),
    };
    let path = host_path(layer, &path.to_str_lossy());
    failed(format!("failed to copy files: {step} {path}: {}", errno.to_string().to_lowercase()))
}

/// The first part of a path that lies below something that is no directory.
fn below_a_file(tree: &Tree, path: &BString) -> BString {
    let mut ends = path.find_iter("/").skip(1).chain([path.len()]);
    let is_below = |end: &usize| tree.resolve(&path[..*end], vfs::Follow::Yes) == Err(Errno::ENOTDIR);
    ends.find(is_below).map_or_else(|| path.clone(), |end| path[..end].into())
}

/// What a copied file set weighs.
fn weight(found: &[Found], sources: &[&Tree]) -> u64 {
    let size = |(found, tree): (&Found, &&Tree)| -> u64 {
        tree.walk_from(found.ino, "").filter_map(|visit| visit.inode.content().map(vfs::Content::len)).sum()
    };
    found.iter().zip(sources).map(size).sum()
}
