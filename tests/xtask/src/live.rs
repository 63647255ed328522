use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use clap::Args;
use tests::{dockerd::Dockerd, live};

use crate::shell::root;

/// The projects that are built on both sides.
const FIXTURES: &str = "tests/live";
/// Those known to differ: name, reason.
const KNOWN: &str = "tests/live/known.tsv";
/// Images whose recomputed id must be the daemon's, at least.
const SAME_IDS: usize = 30;

#[derive(Args)]
pub(crate) struct Options {
    /// Run only fixtures whose name contains this
    name: Option<String>,
    /// Print the differences too
    #[arg(short, long)]
    verbose: bool,
}

/// Builds the fixtures here and by a private daemon; a difference that is not known is an error.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    if !Dockerd::is_possible() {
        println!("live: no dockerd, or no right to start it: skipped");
        return Ok(());
    }
    let wanted = options.name.as_deref().unwrap_or_default();
    let fixtures: Vec<live::Fixture> =
        fixtures()?.into_iter().filter(|fixture| fixture.name.contains(wanted)).collect();
    let program = program()?;
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let verdicts = live::run(&fixtures, &program, scratch.path())?;
    let known = known();
    let mut complaints = Vec::new();
    for verdict in &verdicts {
        match (&verdict.difference, known.get(&verdict.name)) {
            (None, None) => {}
            (None, Some(_)) => {
                complaints.push(format!("{}: agrees now; strike it from {KNOWN}", verdict.name))
            }
            (Some(difference), reason) => {
                println!("{}: {}", verdict.name, reason.map_or("differs", String::as_str));
                if options.verbose || reason.is_none() {
                    println!("{difference}");
                }
                if reason.is_none() {
                    complaints.push(format!("{}: differs", verdict.name));
                }
            }
        }
    }
    let equal = verdicts.iter().filter(|verdict| verdict.difference.is_none()).count();
    let built = verdicts.iter().filter(|verdict| verdict.same_id.is_some()).count();
    let same = verdicts.iter().filter(|verdict| verdict.same_id == Some(true)).count();
    println!(
        "live: {equal} of {} projects equal, {same} of {built} images with the daemon's own id",
        verdicts.len()
    );
    if wanted.is_empty() && same < SAME_IDS {
        complaints.push(format!("only {same} images have the daemon's id, {SAME_IDS} must"));
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

fn fixtures() -> Result<Vec<live::Fixture>, String> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root().join(FIXTURES))
        .map_err(|error| format!("{FIXTURES}: {error}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    let mut fixtures = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        fixtures.extend(live::read(&text).map_err(|error| format!("{}: {error}", path.display()))?);
    }
    Ok(fixtures)
}

fn known() -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join(KNOWN)).unwrap_or_default();
    let rows = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    rows.map(|(name, reason)| (name.to_owned(), reason.to_owned())).collect()
}

/// `GLASSHULL_BIN`, or the program as it stands now.
fn program() -> Result<PathBuf, String> {
    if let Some(given) = std::env::var_os("GLASSHULL_BIN") {
        return fs::canonicalize(&given).map_err(|error| format!("{}: {error}", given.display()));
    }
    let built =
        Command::new("cargo").args(["build", "-q", "--release", "-p", "cli"]).current_dir(root()).status();
    match built {
        Ok(status) if status.success() => Ok(root().join("target/release/glasshull")),
        _ => Err("cargo build --release -p cli failed".to_owned()),
    }
}
