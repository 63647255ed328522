//! What if? One project built twice, as it is and as it would be, in branches of one world.

mod change;
mod compare;
mod explain;
mod next;
mod record;

pub use change::{Change, ChangeError};
pub use compare::{FileRow, StepRow};
pub use explain::{ExplainedStep, Explanation, explain};
pub use next::NextEdit;
pub use record::{Built, Step, Verdict};

use std::collections::BTreeMap;

use api::{Backend, Stream};
use docker::Persona;
use serde::Serialize;
use thiserror::Error;
use vfs::Tree;

use crate::Simulator;
use crate::machine::FolderHost;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The project's files; the root is its folder.
    pub project: &'a Tree,
    /// The Dockerfile's path in the project.
    pub dockerfile: &'a str,
    /// Further words of `docker build`, e.g. `--build-arg`.
    pub words: &'a [String],
    /// What docker's client finds in its environment, e.g. `DOCKER_BUILDKIT`.
    pub variables: BTreeMap<String, String>,
    /// How the Dockerfile would be changed.
    pub change: Option<Change>,
    /// Files of the project that are edited once both Dockerfiles have been built.
    pub edits: &'a [String],
}

/// The two builds, side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The build as things are.
    pub now: Built,
    /// The build as they would be.
    pub then: Built,
    /// The steps of both, those of one instruction in one row.
    pub steps: Vec<StepRow>,
    /// Files of the two images that differ in more than their times, sorted by path.
    pub files: Vec<FileRow>,
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WhatIfError {
    /// Nothing would be different.
    #[error("nothing would change: neither the Dockerfile nor a file")]
    NothingChanges,
    /// The change does not fit the Dockerfile.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// A file that is to be edited cannot be.
    #[error("{path}: {errno}")]
    Edit {
        /// Its path in the project.
        path: String,
        /// Why.
        errno: vfs::Errno,
    },
    /// The project as it is cannot be built: there is nothing to compare with.
    #[error("the build fails as things are:\n{0}")]
    Broken(String),
    /// A file system of the world cannot be read.
    #[error("{0}")]
    Files(String),
}

/// Builds the project in branches of `world`, which stays as it is.
///
/// Both sides begin with the cache that the project as it is leaves. With edits, the changed Dockerfile is built once
/// before them, so that the question is what the *next* build costs.
///
/// # Errors
/// See [`WhatIfError`]. That the changed project cannot be built is an answer.
pub fn what_if(world: &Simulator, question: &Question<'_>) -> Result<Answer, WhatIfError> {
    if question.change.is_none() && question.edits.is_empty() {
        return Err(WhatIfError::NothingChanges);
    }
    let changed = match &question.change {
        Some(change) => change.apply(question.project, question.dockerfile)?,
        None => question.project.clone(),
    };
    let mut now_world = world.branch();
    let first = build(&mut now_world, question, question.project);
    if let Some(failure) = first.failure {
        return Err(WhatIfError::Broken(failure));
    }
    let mut then_world = now_world.branch();
    let is_edited_too = question.change.is_some() && !question.edits.is_empty();
    let now_project = match is_edited_too {
        true => edited(question.project, question.edits)?,
        false => question.project.clone(),
    };
    let now = build(&mut now_world, question, &now_project);
    if is_edited_too {
        build(&mut then_world, question, &changed);
    }
    let then = build(&mut then_world, question, &edited(&changed, question.edits)?);
    let files = compare::files((&now_world, &now), (&then_world, &then)).map_err(WhatIfError::Files)?;
    Ok(Answer { steps: compare::steps(&now.steps, &then.steps), now, then, files })
}

/// The project after an edit of each of the files: a line more.
fn edited(project: &Tree, paths: &[String]) -> Result<Tree, WhatIfError> {
    let mut project = project.clone();
    for path in paths {
        append_line(&mut project, path).map_err(|errno| WhatIfError::Edit { path: path.clone(), errno })?;
    }
    Ok(project)
}

fn append_line(project: &mut Tree, path: &str) -> Result<(), vfs::Errno> {
    let inside = format!("/{}", path.trim_start_matches("./"));
    let ino = project.resolve(&inside, vfs::Follow::Yes)?;
    let metadata = project.inode(ino).ok_or(vfs::Errno::ENOENT)?.metadata().clone();
    let mut bytes = project.read_file(&inside)?;
    bytes.push(b'\n');
    project.write_file(&inside, bytes, metadata.mode.bits(), metadata.mtime).map(drop)
}

/// One `docker build` on a machine of its own that has the project.
fn build(world: &mut Simulator, question: &Question<'_>, project: &Tree) -> Built {
    let seen = world.engine().events().count();
    let now = world.now();
    let mut host = FolderHost::project(project, now, question.variables.clone());
    let mut words: Vec<String> =
        ["build", "-t", record::TAG, "-f", question.dockerfile].map(str::to_owned).to_vec();
    words.extend_from_slice(question.words);
    words.push(".".to_owned());
    let status = docker::run(&words, Persona::Docker, world, &mut host);
    let complaint: Vec<u8> = host
        .into_output()
        .into_iter()
        .filter(|(stream, _)| *stream == Stream::Stderr)
        .flat_map(|(_, bytes)| Vec::from(bytes))
        .collect();
    let failure = (status != 0).then(|| String::from_utf8_lossy(&complaint).trim_end().to_owned());
    record::fold(world.engine(), seen, failure)
}
