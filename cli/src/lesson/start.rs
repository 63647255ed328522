use std::path::PathBuf;

use clap::Args;
use lessons::{Bench, LessonFolder};
use simulator::session::Entry;

use super::{diary, print, show, write};
use crate::{
    check::open,
    state::{self, Access, Done, State},
};

#[derive(Args)]
pub(crate) struct Options {
    /// A lesson that comes with the program, or the folder of one
    lesson: String,
    /// Where to take it: a new or empty folder; its id, without it
    folder: Option<PathBuf>,
    /// The language of its texts
    #[arg(long, default_value = "en")]
    locale: String,
}

/// Writes the files of the start, brings the world to where the lesson begins, notes the folder and shows the text.
pub(super) fn run(options: &Options) -> Result<bool, String> {
    let folder = open(&options.lesson)?;
    let text = show::text(&folder, &options.locale)?;
    let target = options.folder.clone().unwrap_or_else(|| PathBuf::from(&folder.lesson.id));
    let named = |error: std::io::Error| format!("{}: {error}", target.display());
    std::fs::create_dir_all(&target).map_err(named)?;
    if std::fs::read_dir(&target).map_err(named)?.next().is_some() {
        return Err(format!("{} is not empty; name a new folder", target.display()));
    }
    write(&target, &folder.start())?;
    set_up(&folder)?;
    let absolute = target.canonicalize().map_err(named)?;
    let lesson = match lessons::builtin(&options.lesson) {
        Some(builtin) => builtin.id.to_owned(),
        None => std::path::absolute(&options.lesson).map_err(named)?.display().to_string(),
    };
    let entry = diary::Entry { lesson, locale: options.locale.clone(), hints: 0, help: String::new() };
    diary::Diary::open(state::home()?)?.note(&absolute, entry)?;
    print(&format!(
        "{text}\nYour folder is {}; there, ask glasshull lesson check, hint or solution.\n",
        target.display()
    ));
    Ok(true)
}

/// Runs in the world on disk what comes before the lesson.
fn set_up(folder: &LessonFolder) -> Result<(), String> {
    let lines = lessons::setup(&folder.lesson);
    if lines.is_empty() {
        return Ok(());
    }
    let mut state = State::open(state::home()?, Access::Write)?;
    let limits = kernel::Limits::default();
    let mut bench =
        Bench::before(std::rc::Rc::clone(&state.simulator), limits).map_err(|error| error.to_string())?;
    let project = folder.start();
    bench.set_project(&project).map_err(|error| error.to_string())?;
    for line in &lines {
        let ran = bench.run(line).map_err(|error| error.to_string())?;
        if ran.exit != 0 {
            return Err(format!("{line}\n{}", ran.output.trim_end()));
        }
    }
    state.save(|archive| {
        let bytes = postcard::to_allocvec(&project).map_err(|error| error.to_string())?;
        let project = Some(archive.keep_input(&bytes).map_err(|error| error.to_string())?);
        let entries = lines.into_iter().map(|line| Entry::Run { line, typed: None }).collect();
        Ok(Done::Typed { project, place: None, entries })
    })
}
