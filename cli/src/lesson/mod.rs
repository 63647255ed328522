//! `glasshull lesson`: lessons in a folder, and the tools of who writes them. One file for each verb.

mod check;
mod diary;
mod hint;
mod language;
mod lint;
mod list;
mod new;
mod reset;
mod schema;
mod show;
mod solution;
mod start;
mod test;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use docker::Host;
use vfs::Tree;

use crate::{host::NativeHost, state};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// List the lessons that come with the program
    List,
    /// Begin a lesson in a folder: its files are written there
    Start(start::Options),
    /// Show the text of the lesson, with the transcripts that running it gives
    Show(show::Options),
    /// Say what the checks of the lesson make of the folder
    Check(check::Options),
    /// Give a hint; asked again, one that says more
    Hint,
    /// Show a solution
    Solution(solution::Options),
    /// Put the files back with which the lesson begins
    Reset,
    /// Write a lesson to begin with
    New(new::Options),
    /// Say what is wrong with lessons, without running them
    Lint(lint::Options),
    /// Try lessons: their start fails, their solutions pass, their mutants fail, their prose is true
    Test(test::Options),
    /// Print the JSON Schema of lesson.yaml
    Schema,
    /// Print the names of the language of checks
    Language,
}

/// Runs a verb; whether all is well.
pub(crate) fn run(verb: Verb) -> Result<bool, String> {
    match verb {
        Verb::List => list::run(),
        Verb::Start(options) => start::run(&options),
        Verb::Show(options) => show::run(&options),
        Verb::Check(options) => check::run(&options),
        Verb::Hint => hint::run(),
        Verb::Solution(options) => solution::run(&options),
        Verb::Reset => reset::run(),
        Verb::New(options) => new::run(&options),
        Verb::Lint(options) => lint::run(&options),
        Verb::Test(options) => test::run(&options),
        Verb::Schema => schema::run(),
        Verb::Language => language::run(),
    }
}

fn print(text: &str) {
    NativeHost::new().write(api::Stream::Stdout, text.as_bytes());
}

/// The current folder, by which the diary knows which lesson is taken in it.
fn here() -> Result<PathBuf, String> {
    let folder = std::env::current_dir().map_err(|error| error.to_string())?;
    folder.canonicalize().map_err(|error| format!("{}: {error}", folder.display()))
}

/// The entry of the lesson that was begun in this folder.
fn current() -> Result<(diary::Diary, PathBuf, diary::Entry), String> {
    let (diary, folder) = (diary::Diary::open(state::home()?)?, here()?);
    let entry =
        diary.entry(&folder).ok_or("no lesson was begun in this folder; glasshull lesson start LESSON")?;
    Ok((diary, folder, entry))
}

/// Writes the files of a tree into a folder.
fn write(folder: &Path, tree: &Tree) -> Result<(), String> {
    let shown = folder.display().to_string();
    NativeHost::new().write_dir(&shown, tree).map_err(|error| format!("{shown}: {error}"))
}
