//! Packs the facts about the Alpine releases into the files that the catalogue embeds.
//!
//! The format is described in `core/catalog/src/pack.rs`, which reads it.

mod base;
mod details;
mod extras;
mod files;
mod graph;
mod index;
mod names;
mod pack;
mod release;

use std::{
    error::Error,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use apk::Package;
use clap::Args;
use flate2::read::GzDecoder;

use self::{
    index::Index,
    names::Names,
    pack::{Pack, number},
    release::{RELEASES, Release},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Where from, where to.
#[derive(Args)]
pub(crate) struct Options {
    /// Folder of facts, with one folder for each release
    facts: PathBuf,
    /// The folder to write to
    #[arg(default_value = "core/catalog/data")]
    packs: PathBuf,
}

/// Packs; the error is for the prompt.
pub(crate) fn run(options: &Options) -> std::result::Result<(), String> {
    RELEASES.iter().try_for_each(|release| write(options, release)).map_err(|error| error.to_string())
}

fn write(options: &Options, release: &Release) -> Result<()> {
    let folder = options.facts.join(release.name);
    let index = Index::read(&folder, release)?;
    let mut base = Pack::default();
    info(release, &index, &mut base);
    base::pack(&options.facts, release, &index, &mut base)?;
    let mut contents = Pack::default();
    extras::pack(&options.facts.join(release.extras_of), &index, &mut contents)?;
    files::pack(&options.facts, release, &index, &mut contents)?;
    let [main, community] = index.sections();
    let mut parts = vec![("base", base), ("contents", contents)];
    let mut pack = Pack::default();
    let names = section(main, &index, None, &mut pack);
    parts.push(("main", pack));
    if release.community {
        let mut pack = Pack::default();
        section(community, &index, Some(&names), &mut pack);
        parts.push(("community", pack));
    }
    for (part, pack) in parts {
        let bytes = pack.finish();
        let path = options.packs.join(format!("alpine-{}-{part}.pack", &release.name[1..]));
        println!("{}: {} bytes", path.display(), bytes.len());
        fs::write(path, bytes)?;
    }
    Ok(())
}

/// The columns of a repository.
fn section<'i>(
    packages: &'i [Package],
    index: &Index,
    before: Option<&Names<'i>>,
    pack: &mut Pack,
) -> Names<'i> {
    let names = Names::pack(packages, before, pack);
    graph::Graph::pack(packages, &names, pack);
    details::pack(packages, index, pack);
    names
}

/// What there is to say about the release as a whole.
fn info(release: &Release, index: &Index, pack: &mut Pack) {
    let [main, community] = release.descriptions;
    let mut numbers = Vec::new();
    number(&mut numbers, release.created);
    index.sizes.iter().for_each(|size| number(&mut numbers, *size));
    let row = |key: &str, value: &[u8]| (key.as_bytes().to_vec(), value.to_vec());
    let rows = [
        row("community", community.as_bytes()),
        row("image", release.image.as_bytes()),
        row("main", main.as_bytes()),
        row("numbers", &numbers),
    ];
    pack.table("info", rows.len(), &rows);
}

/// A file that may be compressed, and how long it is when it is.
fn read_index(folder: &Path, names: &[&str]) -> Result<(Vec<u8>, u64)> {
    for name in names {
        let plain = folder.join(name);
        let packed = folder.join(format!("{name}.gz"));
        if let Ok(bytes) = fs::read(&packed) {
            let mut text = Vec::new();
            GzDecoder::new(&bytes[..]).read_to_end(&mut text)?;
            return Ok((text, bytes.len() as u64));
        }
        if let Ok(text) = fs::read(&plain) {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            std::io::Write::write_all(&mut encoder, &text)?;
            let length = encoder.finish()?.len() as u64;
            return Ok((text, length));
        }
    }
    Err(format!("none of {} in {}", names.join(", "), folder.display()).into())
}
