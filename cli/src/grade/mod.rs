//! `glasshull grade`: a folder of submissions, several at a time, with a result file each.

mod record;
mod shard;
mod summary;

use std::{
    fs,
    io::IsTerminal,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use clap::Args;
use docker::Host;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lessons::{Grade, LessonFolder};

use crate::{
    check::open,
    host::NativeHost,
    submission::{self, Refused},
};
use record::Record;
use shard::Shard;

/// Stack of a grading thread: as deep as scripts may nest.
const STACK: usize = 64 << 20;

#[derive(Args)]
pub(crate) struct Options {
    /// A lesson that comes with the program, or the folder of one
    lesson: String,
    /// The folder of submissions, each a folder
    submissions: PathBuf,
    /// How many are graded at a time
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// Grade this part of the submissions only, such as 2/4
    #[arg(long, value_name = "I/N", default_value = "1/1")]
    shard: Shard,
    /// Where results go, a file for each submission and summary.csv; SUBMISSIONS.grades, without it
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Grades what has no result yet, and writes the summary of all results that are there.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let folder = open(&options.lesson)?;
    let names = names(&options.submissions)?;
    let out = options.out.clone().unwrap_or_else(|| options.submissions.with_extension("grades"));
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let mine: Vec<&String> = options.shard.of(&names).collect();
    let jobs = usize::from(options.jobs).min(mine.len().max(1));
    let class = Class {
        folder: &folder,
        submissions: &options.submissions,
        out: &out,
        lesson: record::version(&folder),
    };
    let bar = bar(mine.len());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let work = || class.work(&mine, &next, &bar);
        let threads: Result<Vec<_>, _> = (0..jobs)
            .map(|_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work))
            .collect();
        let threads = threads.map_err(|error| format!("no thread can be started: {error}"))?;
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err("a grading thread ended before its time".to_owned()))
        })
    })?;
    bar.finish_and_clear();
    let text = summary::write(&folder.lesson, &names, &out)?;
    NativeHost::new().write(api::Stream::Stdout, text.as_bytes());
    Ok(true)
}

/// The names of submissions, sorted: the folders, hidden ones and links left out.
fn names(submissions: &Path) -> Result<Vec<String>, String> {
    let named = |error: std::io::Error| format!("{}: {error}", submissions.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(submissions).map_err(named)? {
        let entry = entry.map_err(named)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // A link among submissions could lead to anybody's files; its type is its own, not its target's.
        if entry.file_type().map_err(named)?.is_dir() && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn bar(submissions: usize) -> ProgressBar {
    let bar = ProgressBar::new(submissions as u64);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} submissions, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// What all threads share.
struct Class<'c> {
    folder: &'c LessonFolder,
    submissions: &'c Path,
    out: &'c Path,
    /// Which lesson of which program graded; results of another are not taken over.
    lesson: String,
}

impl Class<'_> {
    /// Grades submissions until none is left. Each starts from a copy of one machine.
    fn work(&self, names: &[&String], next: &AtomicUsize, bar: &ProgressBar) -> Result<(), String> {
        let mut begin = None;
        while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
            let loaded = submission::load(&self.submissions.join(name));
            let key = record::key(&self.lesson, &loaded);
            let path = self.out.join(record::file_name(name));
            if !Record::is_done(&path, &key) {
                if begin.is_none() {
                    begin = Some(lessons::start(self.folder).map_err(|error| error.to_string())?);
                }
                let Some(begin) = &begin else { break };
                let lesson = &self.folder.lesson;
                let grade = match loaded {
                    Ok(project) => {
                        // The machine that a submission breaks is its own copy.
                        let graded =
                            catch_unwind(AssertUnwindSafe(|| lessons::grade(lesson, begin, &project)));
                        match graded {
                            Ok(graded) => graded.map_err(|error| error.to_string())?,
                            Err(_) => {
                                Grade::refused(lesson, "the simulation failed: this is a bug of Glasshull")
                            }
                        }
                    }
                    Err(Refused::Limit(text) | Refused::Unreadable(text)) => Grade::refused(lesson, &text),
                };
                Record { submission: (*name).clone(), key, grade }.write(&path)?;
            }
            bar.inc(1);
        }
        Ok(())
    }
}
