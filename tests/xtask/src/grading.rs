//! `cargo xtask grading`: a class of generated submissions, graded by the program itself in several ways.

mod submissions;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use clap::Args;
use serde_json::Value;

use crate::shell::{root, run as shell};
use submissions::Expected;

#[derive(Args)]
pub(crate) struct Options {
    /// How many submissions
    #[arg(long, default_value_t = 300)]
    count: usize,
    /// Seconds that grading them all with two jobs may take
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Write them to this folder and grade nothing
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

/// The lesson that is handed in.
const LESSON: &str = "redis-on-alpine";

pub(crate) fn run(options: &Options) -> Result<(), String> {
    if let Some(folder) = &options.write {
        return submissions::write(folder, options.count).map(|_| ());
    }
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let class = scratch.path().join("class");
    let expected = submissions::write(&class, options.count)?;
    shell("cargo", &["build", "-q", "--release", "-p", "cli"], &[])?;
    let all = scratch.path().join("all");
    let start = Instant::now();
    grade(&class, &all, &["--jobs", "2"])?;
    let seconds = start.elapsed().as_secs_f64();
    let results = read(&all)?;
    let limited = judge(&results, &expected)?;
    let sharded = scratch.path().join("sharded");
    for shard in ["1/3", "2/3", "3/3"] {
        grade(&class, &sharded, &["--shard", shard])?;
    }
    if read(&sharded)? != results {
        return Err("three shards give other bytes than one run".to_owned());
    }
    // A run that was broken off goes on where it was.
    let resumed = scratch.path().join("resumed");
    grade(&class, &resumed, &["--jobs", "2", "--shard", "2/2"])?;
    grade(&class, &resumed, &["--jobs", "4"])?;
    if read(&resumed)? != results {
        return Err("a run that goes on gives other bytes than one run".to_owned());
    }
    let count = expected.len();
    println!(
        "grading: {count} submissions, {limited} ended by a limit, {seconds:.1} s, same bytes in shards and resumed"
    );
    match seconds <= options.seconds as f64 {
        true => Ok(()),
        false => Err(format!("{seconds:.1} s are more than {} s", options.seconds)),
    }
}

fn program() -> PathBuf {
    root().join("target/release/glasshull")
}

fn grade(class: &Path, out: &Path, more: &[&str]) -> Result<(), String> {
    let mut command = Command::new(program());
    command.arg("grade").arg(LESSON).arg(class).arg("--out").arg(out).args(more);
    let output = command.output().map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("glasshull grade: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// All files of a folder of results.
fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let named = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(named)? {
        let entry = entry.map_err(named)?;
        let bytes = fs::read(entry.path()).map_err(named)?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), bytes);
    }
    Ok(files)
}

/// Compares the results with what was planted; gives the number of those that a limit ended.
fn judge(
    results: &BTreeMap<String, Vec<u8>>,
    expected: &BTreeMap<String, Expected>,
) -> Result<usize, String> {
    let mut limited = 0;
    let mut wrong = Vec::new();
    for (name, expected) in expected {
        let Some(bytes) = results.get(&format!("{name}.json")) else {
            wrong.push(format!("{name}: no result"));
            continue;
        };
        let value: Value = serde_json::from_slice(bytes).map_err(|error| format!("{name}: {error}"))?;
        let grade = &value["grade"];
        let (points, limit) = (grade["points"].as_u64(), grade["limit"].as_str());
        limited += usize::from(limit.is_some());
        if points.is_none_or(|points| !expected.points.contains(&points)) {
            wrong.push(format!("{name}: {points:?} points, expected {:?}", expected.points));
        }
        let named = limit.is_some_and(|limit| limit.contains("limit") || limit.contains("budget"));
        if named != expected.limited {
            wrong.push(format!("{name}: ended by {limit:?}, {}", value["grade"]["build_error"]));
        }
    }
    if wrong.is_empty() { Ok(limited) } else { Err(wrong.join("\n")) }
}
