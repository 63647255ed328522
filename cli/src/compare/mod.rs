//! `glasshull compare`: one build here and by a real daemon, and where the two differ.

mod config;
mod identity;
mod layers;
mod transcript;

use std::{collections::BTreeMap, fmt::Write, path::PathBuf};

use api::{Backend, EventKind, Stream};
use clap::Args;
use digest::Digest;
use docker::{Host, Persona, Select};
use oci::docker_archive::{self, ArchivedImage};
use serde::Serialize;
use simulator::{Simulator, machine::FolderHost, machine::PROJECT};
use vfs::{Time, Tree};

use crate::{daemon::Daemon, host::NativeHost, state::State};

/// The name that the two images have while they are compared.
const TAG: &str = "glasshull-compare:latest";
/// Rows of one kind shown before the rest is counted.
const SHOWN: usize = 20;

#[derive(Args)]
pub(crate) struct Options {
    /// The folder with the Dockerfile and its context
    folder: PathBuf,
    /// The Dockerfile, in the folder
    #[arg(short = 'f', long = "file", value_name = "DOCKERFILE", default_value = "Dockerfile")]
    dockerfile: String,
    /// Print the comparison as JSON
    #[arg(long)]
    json: bool,
    /// Further flags of docker build, e.g. --build-arg NAME=VALUE
    #[arg(last = true, value_name = "BUILD FLAGS")]
    words: Vec<String>,
}

/// A place where the two differ; empty text where one has nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    place: String,
    here: String,
    daemon: String,
}

/// What came of the comparison.
#[derive(Default, Serialize)]
struct Report {
    /// Exit statuses, here and of the daemon.
    exit: (u8, u8),
    /// Lines of the output, ids put aside.
    output: Vec<Difference>,
    /// Keys of the configuration, times and ids put aside.
    config: Vec<Difference>,
    /// Steps of the history.
    history: Vec<Difference>,
    /// Entries of the layers that this build made, times of the build put aside.
    layers: Vec<Difference>,
    /// Files of the finished images, where both stand on the same base.
    files: Vec<Difference>,
    /// Whether both stand on the same base; none where a build failed.
    same_base: Option<bool>,
    /// Why the images were not compared, where a daemon built one and cannot save it.
    unsaved: Option<String>,
    /// What our bytes are with the daemon's times and ids in them; none where a build failed.
    identity: Option<identity::Identity>,
}

/// One of the two builds.
struct Built {
    exit: u8,
    output: String,
    began: Time,
    image: Option<Result<ArchivedImage, String>>,
}

/// Compares; the exit status is 1 where anything differs.
pub(crate) fn run(options: &Options, state: &State) -> Result<u8, String> {
    let mut host = NativeHost::new();
    let shown = options.folder.display().to_string();
    let project =
        host.load_dir(&shown, &mut |_, _| Select::Include).map_err(|error| format!("{shown}: {error}"))?;
    let mut theirs = Daemon::connect()?;
    let mut ours = state.simulator.borrow().branch();
    ours.set_version(theirs.version());
    let daemon = build(&mut theirs, &project, options);
    let cleaned = theirs.remove_image(TAG, false, true);
    let seen = ours.engine().events().count();
    let here = build(&mut ours, &project, options);
    let mut report = Report {
        exit: (here.exit, daemon.exit),
        output: transcript::compare(&here.output, &daemon.output),
        ..Report::default()
    };
    if let (Some(our_image), Some(their_image)) = (&here.image, &daemon.image) {
        cleaned.map_err(|error| error.message)?;
        match (our_image, their_image) {
            (Ok(our_image), Ok(their_image)) => {
                let steps = own_steps(&ours, seen)?;
                compare_images(&mut report, steps, (our_image, here.began), (their_image, daemon.began))?;
            }
            (Err(message), _) | (_, Err(message)) => report.unsaved = Some(message.clone()),
        }
    }
    let text = match options.json {
        true => serde_json::to_string_pretty(&report).map_err(|error| error.to_string())? + "\n",
        false => text(&report),
    };
    host.write(Stream::Stdout, text.as_bytes());
    Ok(u8::from(!report.is_equal()))
}

/// The same build without cache on either side, and its image.
fn build(backend: &mut dyn Backend, project: &Tree, options: &Options) -> Built {
    let began = backend.now();
    let classic = BTreeMap::from([("DOCKER_BUILDKIT".to_owned(), "0".to_owned())]);
    let mut host = FolderHost::project(project, began, classic);
    let mut words: Vec<String> = ["build", "--no-cache", "-t", TAG, "-f"].map(str::to_owned).to_vec();
    words.push(format!("{PROJECT}/{}", options.dockerfile));
    words.extend_from_slice(&options.words);
    words.push(PROJECT.to_owned());
    let exit = docker::run(&words, Persona::Docker, backend, &mut host);
    let output: Vec<u8> = host.into_output().into_iter().flat_map(|(_, bytes)| Vec::from(bytes)).collect();
    let image = (exit == 0).then(|| saved(backend));
    Built { exit, output: String::from_utf8_lossy(&output).into_owned(), began, image }
}

fn saved(backend: &dyn Backend) -> Result<ArchivedImage, String> {
    let archive = backend.save_images(&[TAG.to_owned()]).map_err(|error| error.message)?;
    let images = docker_archive::load(&archive, vfs::archive::Limits::default());
    images.map_err(|error| error.to_string())?.pop().ok_or_else(|| format!("{TAG}: saved without an image"))
}

/// How many steps of the history this build made: all but those of the image that its last stage began with.
fn own_steps(world: &Simulator, seen: usize) -> Result<usize, String> {
    let engine = world.engine();
    let mut id: Digest = engine.find_image(TAG).map_err(|error| error.message)?;
    let length = |id: &Digest| engine.image(id).map_or(0, |image| image.config.history.len());
    let whole = length(&id);
    while let Some(parent) = engine.image(&id).and_then(|image| image.parent) {
        id = parent;
    }
    let bases = engine.events().skip(seen).filter_map(|event| match &event.kind {
        EventKind::BaseLookedUp { reference, .. } => Some(reference),
        _ => None,
    });
    let from_scratch = bases.last().is_some_and(|base| base == "scratch");
    Ok(if from_scratch { whole } else { whole - length(&id) })
}

fn compare_images(
    report: &mut Report,
    steps: usize,
    ours: (&ArchivedImage, Time),
    theirs: (&ArchivedImage, Time),
) -> Result<(), String> {
    let own = |image: &ArchivedImage| {
        let history = &image.config.history;
        let base = history.len().saturating_sub(steps);
        (base, history[..base].iter().filter(|step| !step.empty_layer).count())
    };
    let ((our_base, our_layers), (their_base, their_layers)) = (own(ours.0), own(theirs.0));
    let below = |image: &ArchivedImage, layers: usize| {
        image.config.rootfs.diff_ids.iter().take(layers).copied().collect::<Vec<_>>()
    };
    let same_base = below(ours.0, our_layers) == below(theirs.0, their_layers);
    report.same_base = Some(same_base);
    report.config = config::compare(ours.0, theirs.0)?;
    report.history =
        config::history(&ours.0.config.history[our_base..], &theirs.0.config.history[their_base..]);
    let (our_own, their_own) = (&ours.0.tars[our_layers..], &theirs.0.tars[their_layers..]);
    let pairs = layers::read(our_own, their_own)?;
    report.layers = layers::compare(&pairs, ours.1, theirs.1);
    if same_base {
        report.files = layers::files(&ours.0.layers, &theirs.0.layers)?;
    }
    report.identity =
        Some(identity::recompute(ours.0, theirs.0, (our_base, their_base), their_layers, &pairs));
    Ok(())
}

impl Report {
    fn is_equal(&self) -> bool {
        let lists = [&self.output, &self.config, &self.history, &self.layers, &self.files];
        self.exit.0 == self.exit.1 && lists.iter().all(|list| list.is_empty())
    }
}

fn text(report: &Report) -> String {
    let (here, daemon) = report.exit;
    let mut out = match here == daemon {
        true => format!("exit status  the same: {here}\n"),
        false => format!("exit status  here {here}, daemon {daemon}\n"),
    };
    let lists = [
        ("output", &report.output),
        ("config", &report.config),
        ("history", &report.history),
        ("layers", &report.layers),
        ("files", &report.files),
    ];
    for (name, list) in lists {
        match (list.len(), name) {
            (0, "files") if report.same_base != Some(true) => {}
            (0, "output") => out += &format!("{name:<11}  the same\n"),
            (0, _) if report.same_base.is_none() => {}
            (0, _) => out += &format!("{name:<11}  the same\n"),
            (count, _) => {
                out += &format!("{name:<11}  {count} differ\n");
                list.iter().take(SHOWN).for_each(|difference| tell(&mut out, difference));
                if count > SHOWN {
                    let _ = writeln!(out, "  ... and {} more", count - SHOWN);
                }
            }
        }
    }
    if let Some(message) = &report.unsaved {
        let _ = writeln!(out, "image        not compared: it cannot be saved ({message})");
    }
    if report.same_base == Some(false) {
        out += "base         another one: what stands on it was compared\n";
    }
    if let Some(identity) = &report.identity {
        out += &identity.text();
    }
    out
}

fn tell(out: &mut String, difference: &Difference) {
    let _ = writeln!(out, "  {}", difference.place);
    for (side, text) in [("here", &difference.here), ("daemon", &difference.daemon)] {
        let _ = writeln!(out, "    {side:<7} {}", if text.is_empty() { "-" } else { text });
    }
}
