//! What two builds have in common and what not.

use std::collections::BTreeSet;

use bstr::{BString, ByteSlice};
use serde::Serialize;
use vfs::Tree;

use super::record::{Built, Step};
use crate::{Simulator, snapshots};

/// An instruction with what it cost in each build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepRow {
    /// The instruction.
    pub text: String,
    /// In the build as things are; none if it is not there, or not at this place.
    pub now: Option<Step>,
    /// In the build as they would be.
    pub then: Option<Step>,
}

/// A file that differs between the two images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileRow {
    /// Its path.
    pub path: String,
    /// Whether it is in the image as things are.
    pub now: bool,
    /// Whether it would be.
    pub then: bool,
}

/// Rows of both builds' steps: a longest common subsequence of instructions shares its rows.
pub(super) fn steps(now: &[Step], then: &[Step]) -> Vec<StepRow> {
    let common = lengths(now, then);
    let (mut left, mut right) = (0, 0);
    let mut rows = Vec::new();
    while left < now.len() || right < then.len() {
        let row = match (now.get(left), then.get(right)) {
            (Some(a), Some(b)) if a.text == b.text => (Some(a), Some(b)),
            (Some(a), Some(_)) if common[left + 1][right] >= common[left][right + 1] => (Some(a), None),
            (Some(a), None) => (Some(a), None),
            (_, b) => (None, b),
        };
        left += usize::from(row.0.is_some());
        right += usize::from(row.1.is_some());
        let text = row.0.or(row.1).map(|step| step.text.clone()).unwrap_or_default();
        rows.push(StepRow { text, now: row.0.cloned(), then: row.1.cloned() });
    }
    rows
}

/// How many instructions the ends of both lists have in common, for each pair of beginnings.
fn lengths(now: &[Step], then: &[Step]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; then.len() + 1]; now.len() + 1];
    for left in (0..now.len()).rev() {
        for right in (0..then.len()).rev() {
            common[left][right] = match now[left].text == then[right].text {
                true => common[left + 1][right + 1] + 1,
                false => common[left + 1][right].max(common[left][right + 1]),
            };
        }
    }
    common
}

/// Files that are in one image alone or differ in more than their times. Nothing where one of the builds failed.
pub(super) fn files(now: (&Simulator, &Built), then: (&Simulator, &Built)) -> Result<Vec<FileRow>, String> {
    let tree = |(world, built): (&Simulator, &Built)| match built.image {
        Some(image) => world.engine().image_tree(&image).map(Some).map_err(|error| error.message),
        None => Ok(None),
    };
    let (Some(now), Some(then)) = (tree(now)?, tree(then)?) else { return Ok(Vec::new()) };
    let paths: BTreeSet<BString> =
        [&now, &then].into_iter().flat_map(Tree::walk).map(|visit| visit.path).collect();
    let differing = paths.into_iter().filter(|path| !snapshots::same_file(&now, &then, path.as_bstr()));
    Ok(differing
        .map(|path| FileRow {
            now: now.get(&path).is_some(),
            then: then.get(&path).is_some(),
            path: path.to_str_lossy().into_owned(),
        })
        .collect())
}
