//! `glasshull snapshot`: what a build does as a text that changes only when the build does.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use docker::Host;

use crate::{
    host::NativeHost,
    state::write_whole,
    submission::{self, Refused},
};

/// The folder of snapshots beside the Dockerfile; it is no part of the build context.
const FOLDER: &str = "snapshots";

#[derive(Args)]
pub(crate) struct Options {
    /// The folder with the Dockerfile
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Compare with the snapshot that is there; what differs is kept beside it as .snap.new, for cargo insta review
    #[arg(long)]
    check: bool,
    /// The name of the snapshot
    #[arg(long, default_value = "build")]
    name: String,
}

/// Writes or compares the snapshot; false when it differs.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    if options.name.is_empty() || options.name.contains(['/', '\\']) {
        return Err(format!("{:?} is no name of a snapshot", options.name));
    }
    let mut project = submission::load(&options.folder).map_err(|refused| match refused {
        Refused::Limit(text) | Refused::Unreadable(text) => text,
    })?;
    // What is not there needs no removing.
    let _ = project.remove_all(FOLDER, vfs::Time::EPOCH);
    let now = lessons::snapshot(&project).map_err(|error| error.to_string())?;
    let path = options.folder.join(FOLDER).join(format!("{}.snap", options.name));
    match options.check {
        true => compare(&path, &now),
        false => {
            store(&path, &now)?;
            say(&format!("{}\n", path.display()));
            Ok(true)
        }
    }
}

fn compare(path: &Path, now: &str) -> Result<bool, String> {
    let before = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(format!("{}: {error}", path.display())),
    };
    let new = path.with_extension("snap.new");
    if contents(&before) == contents(now) {
        if new.exists() {
            fs::remove_file(&new).map_err(|error| format!("{}: {error}", new.display()))?;
        }
        say(&format!("{}: as it was\n", path.display()));
        return Ok(true);
    }
    store(&new, now)?;
    let (old, new_text) = (contents(&before), contents(now));
    let diff = similar::TextDiff::from_lines(old, new_text);
    let (from, to) = (path.display().to_string(), new.display().to_string());
    say(&diff.unified_diff().context_radius(2).header(&from, &to).to_string());
    Ok(false)
}

/// A snapshot without its head.
fn contents(text: &str) -> &str {
    text.strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .map_or(text, |(_, contents)| contents)
        .trim_end()
}

fn store(path: &Path, text: &str) -> Result<(), String> {
    let named = |error: io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(named)?;
    }
    write_whole(path, text.as_bytes()).map_err(named)
}

fn say(text: &str) {
    NativeHost::new().write(api::Stream::Stdout, text.as_bytes());
}
