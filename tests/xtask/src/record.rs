//! `cargo xtask record docker`: asks a real daemon what the fixtures expect.

use std::{fs, path::PathBuf};

use clap::{Args, ValueEnum};
use tests::docker::{Real, World, cases, render};

use crate::shell::root;

#[derive(Args)]
pub(crate) struct Options {
    /// Whose answers
    what: What,
    /// Files of cases, without folder and ending; all without any
    files: Vec<String>,
    /// Only cases whose names hold this
    #[arg(long, default_value = "")]
    case: String,
    /// The daemon: one of its own, since everything in it but alpine:3.20 is removed
    #[arg(long, default_value = "unix:///var/run/docker.sock")]
    host: String,
    /// Docker's client 20.10
    #[arg(long, default_value = "/usr/bin/docker")]
    client: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// dockerd 20.10
    Docker,
}

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let What::Docker = options.what;
    let real = Real::new(&options.host, &options.client)?;
    let folder = root().join("tests/tests/docker");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    for file in files {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !options.files.is_empty() && !options.files.contains(&stem) {
            continue;
        }
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let mut all = cases(&text);
        // What needs the hub or Alpine's mirror, no daemon without a network can say: the simulation's own answers
        // are kept, and the diff is the review.
        let is_ours = stem.starts_with("simulated");
        for case in all.iter_mut().filter(|case| case.name.contains(&options.case)) {
            *case = if is_ours { World::new()?.play(case)? } else { real.record(case)? };
        }
        fs::write(&file, render(&all)).map_err(|error| format!("{}: {error}", file.display()))?;
        println!("{stem}: {} cases", all.len());
    }
    Ok(())
}
