//! Packs the facts about an Alpine release into the file that the catalogue embeds.
//!
//! The format is described in `core/catalog/src/pack.rs`, which reads it.

mod base;
mod extras;
mod files;
mod index;
mod pack;

use std::{error::Error, fs, path::PathBuf};

use clap::Args;

use self::pack::Pack;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The release that is packed.
const RELEASE: &str = "v3.20";
const VERSION: &str = "3.20.3";

/// Where from, where to.
#[derive(Args)]
pub(crate) struct Options {
    /// Folder of facts, with one folder for each release
    facts: PathBuf,
    /// The file to write
    #[arg(default_value = "core/catalog/data/alpine-3.20.pack")]
    pack: PathBuf,
}

/// Packs; the error is for the prompt.
pub(crate) fn run(options: &Options) -> std::result::Result<(), String> {
    write(options).map_err(|error| error.to_string())
}

fn write(options: &Options) -> Result<()> {
    let release = options.facts.join(RELEASE);
    let base = fs::read(release.join(format!("base-{VERSION}.installed")))?;
    let index = index::Index::read(&release, &base)?;
    let mut pack = Pack::default();
    index.pack(&mut pack);
    base::pack(&release, VERSION, &mut pack)?;
    extras::pack(&release, &index, &mut pack)?;
    files::pack(&options.facts, &index, &mut pack)?;
    let bytes = pack.finish();
    println!("{}: {} bytes", options.pack.display(), bytes.len());
    fs::write(&options.pack, bytes)?;
    Ok(())
}
