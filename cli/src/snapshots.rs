//! `glasshull tree` and `glasshull diff`: the files of snapshots.

use std::fmt::Write;

use api::{ApiError, FileChangeKind};
use bstr::{BString, ByteSlice};
use clap::{Args, Parser};
use engine::Engine;
use serde_json::json;
use simulator::{origins, same_file, snapshot};
use vfs::{ChangeKind, Difference, FileType, Node, Tree, diff};

#[derive(Args)]
pub(crate) struct TreeOptions {
    /// The image
    image: String,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct DiffOptions {
    /// The older snapshot: IMAGE, or IMAGE:STEP for the state after a step of its build (step 1 is its base). Alone, it
    /// is the newer one, and its base the older
    #[arg(value_name = "IMAGE[:STEP]")]
    old: String,
    /// The newer snapshot
    #[arg(value_name = "IMAGE[:STEP]")]
    new: Option<String>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// The looks at a world that are not docker's.
#[derive(Parser)]
#[command(name = "glasshull at N")]
enum Look {
    /// Show the files of an image, with the layer that each comes from
    Tree(TreeOptions),
    /// Show the file changes between two images or build steps
    Diff(DiffOptions),
}

/// What `tree` or `diff` says of a world; none where the words are docker's.
pub(crate) fn look(words: &[String], engine: &Engine) -> Option<Result<String, String>> {
    match words {
        [first, ..] if first == "tree" => {}
        [first, name] if first == "diff" && engine.find_container(name).is_err() => {}
        [first, _, _, ..] if first == "diff" => {}
        _ => return None,
    }
    let name = "glasshull at N".to_owned();
    let look = match Look::try_parse_from(std::iter::once(&name).chain(words)) {
        Ok(look) => look,
        Err(error) => error.exit(),
    };
    let text = match look {
        Look::Tree(options) => tree(&options, engine),
        Look::Diff(options) => difference(&options, engine),
    };
    Some(text.map_err(|error| error.message))
}

/// `glasshull tree`: every file, with the layer that it comes from.
pub(crate) fn tree(options: &TreeOptions, engine: &Engine) -> Result<String, ApiError> {
    let id = engine.find_image(&options.image)?;
    let (tree, origins) = (engine.image_tree(&id)?, origins(engine, &id)?);
    let mut out = String::new();
    if !options.json {
        out += &legend(engine, &id);
    }
    for visit in tree.walk().skip(1) {
        let Ok(stat) = tree.stat(visit.ino) else { continue };
        let layer = origins.get(visit.path.as_bstr()).copied().unwrap_or(0);
        let path = visit.path.to_str_lossy();
        let target = match visit.inode.node() {
            Node::Symlink(target) => Some(target.to_str_lossy().into_owned()),
            _ => None,
        };
        let size = if stat.file_type == FileType::Directory { 0 } else { stat.size };
        if options.json {
            let row = json!({
                "path": path, "layer": layer, "type": stat.file_type.letter(), "mode": stat.mode.bits(),
                "uid": stat.uid, "gid": stat.gid, "size": size, "target": target,
            });
            out += &format!("{row}\n");
        } else {
            let arrow = target.map(|target| format!(" -> {target}")).unwrap_or_default();
            let _ = writeln!(
                out,
                "{layer:>5}  {}{:04o}  {:>5}:{:<5}  {size:>9}  {path}{arrow}",
                stat.file_type.letter(),
                stat.mode.bits(),
                stat.uid,
                stat.gid
            );
        }
    }
    Ok(out)
}

/// The layers by their numbers, and the head of the table.
fn legend(engine: &Engine, id: &digest::Digest) -> String {
    let Some(image) = engine.image(id) else { return String::new() };
    let steps = image.config.history.iter().filter(|step| !step.empty_layer);
    let chains = image.config.rootfs.chain_ids();
    let mut text = String::new();
    for (number, (chain, step)) in chains.iter().zip(steps).enumerate() {
        let size = engine.layer(chain).map_or(0, |layer| layer.size);
        let _ = writeln!(
            text,
            "layer {number}: {} in files, {}",
            docker::human_size_precise(size, 3),
            step.created_by
        );
    }
    text + "\nLAYER  MODE   OWNER:GROUP       SIZE  PATH\n"
}

/// `glasshull diff`: what changed from one snapshot to another.
pub(crate) fn difference(options: &DiffOptions, engine: &Engine) -> Result<String, ApiError> {
    let (old, new) = match &options.new {
        Some(new) => (snapshot(engine, &options.old)?, snapshot(engine, new)?),
        None => {
            let new = snapshot(engine, &options.old)?;
            (base_of(engine, &options.old)?, new)
        }
    };
    let mut out = String::new();
    for (path, difference, size) in differences(&old, &new) {
        let (letter, kind) = match difference {
            Difference::Added => ('A', FileChangeKind::Added),
            Difference::Modified => ('C', FileChangeKind::Changed),
            Difference::Deleted => ('D', FileChangeKind::Deleted),
        };
        let path = path.to_str_lossy();
        out += &match options.json {
            true => format!("{}\n", json!({ "path": path, "kind": kind, "size": size })),
            false => format!("{letter} {path}\n"),
        };
    }
    Ok(out)
}

/// The changes with the size of what is there now. Snapshots that do not descend from each other share no inodes:
/// what is alike in all that can be seen is no change, unless it is a directory above one.
fn differences(old: &Tree, new: &Tree) -> Vec<(BString, Difference, u64)> {
    let changes = diff(old, new);
    let mut kept: Vec<(BString, Difference, u64)> = Vec::new();
    for (change, difference) in changes.differences(old).filter(|(change, _)| change.path != "/") {
        let size = match change.kind {
            ChangeKind::Put { ino, .. } => new.content(ino).map_or(0, vfs::Content::len),
            ChangeKind::Delete => 0,
        };
        kept.push((change.path.clone(), difference, size));
    }
    let mut next: Option<BString> = None;
    let mut is_wanted = |(path, difference, _): &(BString, Difference, u64)| {
        let is_above =
            next.as_ref().is_some_and(|next| next.starts_with(path) && next.get(path.len()) == Some(&b'/'));
        let wanted = is_above || *difference != Difference::Modified || !are_alike(old, new, path);
        if wanted {
            next = Some(path.clone());
        }
        wanted
    };
    let mut shown: Vec<_> = kept.into_iter().rev().filter(|change| is_wanted(change)).collect();
    shown.reverse();
    shown
}

fn are_alike(old: &Tree, new: &Tree, path: &BString) -> bool {
    let time = |tree: &Tree| tree.get(path).map(|inode| inode.metadata().mtime);
    time(old) == time(new) && same_file(old, new, path.as_bstr())
}

/// The file system that a snapshot's build began with.
fn base_of(engine: &Engine, name: &str) -> Result<Tree, ApiError> {
    match snapshot(engine, &format!("{name}:1")) {
        Ok(tree) => Ok(tree),
        Err(_) => {
            let image = name.rsplit_once(':').map_or(name, |(image, _)| image);
            snapshot(engine, &format!("{image}:1"))
        }
    }
}
