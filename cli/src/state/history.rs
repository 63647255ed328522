//! What was done, and the documents of the states after it.
//!
//! ```text
//! history/journal.json   branches, each with its steps and the one that the world is at
//! history/states/        documents, each named by its digest
//! history/inputs/        files that commands read of the machine, each named by its digest
//! ```
//!
//! The journal is written before `state.json`. A call that dies between the two leaves a journal that is ahead; which step
//! the world is at is then seen by the digest of its document.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use bstr::ByteSlice;
use digest::Digest;
use serde::{Deserialize, Serialize};
use simulator::session::Entry;
use vfs::Time;

use super::folder::{Folder, write_whole};

/// States of all branches together that `undo` can reach; the oldest are forgotten first.
pub(crate) const STATES_MAX: usize = 200;
/// So many more are kept before they are forgotten together.
const SLACK: usize = 50;
/// Bytes of parts; over it the older half of the states is forgotten.
pub(crate) const BYTES_MAX: u64 = 512 << 20;
/// Steps of a branch that are remembered without their state, for `share`.
const STEPS_MAX: usize = 2_000;
/// The branch of a new world.
const FIRST: &str = "main";
const FORMAT: u32 = 1;

/// What happened since the world began, on all its branches.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct History {
    format: u32,
    current: String,
    branches: BTreeMap<String, Branch>,
    /// Whether steps went since this was read, so that files may have lost their names.
    #[serde(skip)]
    pub(super) has_cut: bool,
}

/// One line of states.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Branch {
    /// The step that the world is at.
    pub(crate) at: usize,
    /// Steps that are no longer in the list: those before its first.
    pub(crate) dropped: usize,
    pub(crate) steps: Vec<Step>,
}

/// Something that changed the world.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Step {
    /// The virtual clock after it.
    pub(crate) time: Time,
    /// The document after it.
    pub(crate) state: Digest,
    pub(crate) images: usize,
    pub(crate) containers: usize,
    pub(crate) done: Done,
}

/// What was done.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Done {
    /// Nothing yet.
    Began,
    /// Something that this history knows nothing of, such as a call of an older program.
    Unknown,
    /// A docker command.
    Called(Called),
    /// Lines of a session on the simulated machine.
    Typed {
        /// The files that became the project folder before, as an input.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        project: Option<Digest>,
        /// Where the project folder lies, if not at its usual place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<String>,
        entries: Vec<Entry>,
    },
}

/// A docker command with what it saw of the machine.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Called {
    pub(crate) words: Vec<String>,
    /// As whom: `docker`, or `glasshull`.
    pub(crate) program: String,
    pub(crate) directory: String,
    /// Variables of the environment that it asked for and that were set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) variables: BTreeMap<String, String>,
    /// Folders that it loaded, by absolute path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) folders: Vec<String>,
    /// All files that it read, at their absolute paths, as an input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) files: Option<Digest>,
    /// Why it cannot be done again from this record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unrepeatable: Option<String>,
}

impl Default for History {
    fn default() -> Self {
        let branches = BTreeMap::from([(FIRST.to_owned(), Branch::default())]);
        History { format: FORMAT, current: FIRST.to_owned(), branches, has_cut: false }
    }
}

impl Branch {
    /// A step by its number.
    pub(crate) fn step(&self, number: usize) -> Option<&Step> {
        self.steps.get(number.checked_sub(self.dropped)?)
    }

    /// The number of the last step.
    pub(crate) fn last(&self) -> usize {
        (self.dropped + self.steps.len()).saturating_sub(1)
    }
}

impl History {
    /// The history in a folder; a new one where there is none.
    pub(crate) fn open(home: &Path) -> Result<History, String> {
        let path = home.join("history/journal.json");
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(History::default()),
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        let damaged = |reason: String| {
            format!("{}: {reason}\nRemove the folder to go on without a history.", path.display())
        };
        let history: History = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        if history.format > FORMAT {
            return Err(damaged(format!(
                "it has format {}, and this program reads {FORMAT}",
                history.format
            )));
        }
        if !history.branches.contains_key(&history.current) {
            return Err(damaged(format!("there is no branch {}", history.current)));
        }
        Ok(history)
    }

    /// The name of the branch that the world is on.
    pub(crate) fn current(&self) -> &str {
        &self.current
    }

    /// All branches by name.
    pub(crate) fn branches(&self) -> &BTreeMap<String, Branch> {
        &self.branches
    }

    /// The branch that the world is on.
    pub(crate) fn branch(&self) -> &Branch {
        &self.branches[&self.current]
    }

    fn branch_mut(&mut self) -> &mut Branch {
        self.branches.entry(self.current.clone()).or_default()
    }

    /// Finds the step that has this document: the one the journal names unless a call died on the way.
    pub(crate) fn find(&mut self, state: &Digest) -> bool {
        let here = |branch: &Branch| {
            let fits = |number: &usize| branch.step(*number).is_some_and(|step| step.state == *state);
            let all = branch.dropped..branch.dropped + branch.steps.len();
            all.filter(fits).min_by_key(|number| number.abs_diff(branch.at))
        };
        let others = self.branches.keys().filter(|name| **name != self.current);
        let mut names = std::iter::once(&self.current).chain(others);
        let found = names.find_map(|name| Some((name.clone(), here(&self.branches[name])?)));
        let Some((name, at)) = found else { return false };
        self.current = name;
        self.branch_mut().at = at;
        true
    }

    /// Adds a step after the one that the world is at; those that were undone are gone.
    pub(crate) fn push(&mut self, step: Step) {
        let branch = self.branch_mut();
        let had = branch.steps.len();
        if had > 0 {
            branch.steps.truncate(branch.at + 1 - branch.dropped);
        }
        let has_cut = branch.steps.len() < had;
        branch.steps.push(step);
        let over = branch.steps.len().saturating_sub(STEPS_MAX);
        branch.steps.drain(..over);
        branch.dropped += over;
        branch.at = branch.last();
        self.has_cut |= has_cut || over > 0;
    }

    /// Moves to a step of the branch.
    pub(crate) fn go(&mut self, number: usize) {
        self.branch_mut().at = number;
    }

    /// Goes to a branch; one that is new begins where the world is.
    pub(crate) fn switch(&mut self, name: &str) {
        if !self.branches.contains_key(name) {
            let mut copy = self.branch().clone();
            copy.steps.truncate(copy.at + 1 - copy.dropped);
            self.branches.insert(name.to_owned(), copy);
        }
        self.current = name.to_owned();
    }

    /// Begins a branch of no steps, and goes there.
    pub(crate) fn begin(&mut self, name: &str) {
        self.branches.insert(name.to_owned(), Branch::default());
        self.current = name.to_owned();
    }

    /// Forgets a branch.
    pub(crate) fn remove(&mut self, name: &str) {
        self.branches.remove(name);
    }

    /// Inputs that the steps name.
    pub(super) fn inputs(&self) -> BTreeSet<Digest> {
        let steps = self.branches.values().flat_map(|branch| &branch.steps);
        steps
            .filter_map(|step| match &step.done {
                Done::Called(called) => called.files,
                Done::Typed { project, .. } => *project,
                Done::Began | Done::Unknown => None,
            })
            .collect()
    }

    /// The states of all branches: those where the world may be now first, then newest first.
    fn states(&self) -> Vec<Digest> {
        let mut by_age: Vec<(bool, usize, Digest)> = Vec::new();
        for branch in self.branches.values() {
            for (number, step) in (branch.dropped..).zip(&branch.steps) {
                by_age.push((number != branch.at, branch.last() - number, step.state));
            }
        }
        by_age.sort();
        let mut seen = BTreeSet::new();
        by_age.into_iter().map(|(_, _, state)| state).filter(|state| seen.insert(*state)).collect()
    }
}

/// The files of a history.
pub(crate) struct Archive {
    root: PathBuf,
    pub(super) states: Folder,
    pub(super) inputs: Folder,
}

impl Archive {
    pub(crate) fn new(home: &Path) -> Self {
        let root = home.join("history");
        Archive { states: Folder::new(root.join("states")), inputs: Folder::new(root.join("inputs")), root }
    }

    /// The document of a state; none when it was forgotten.
    pub(crate) fn document(&self, state: &Digest) -> Option<Vec<u8>> {
        self.states.get(state)
    }

    /// Whether a state can be reached.
    pub(crate) fn has(&self, state: &Digest) -> bool {
        self.states.has(state)
    }

    /// The bytes of an input.
    pub(crate) fn input(&self, input: &Digest) -> Option<Vec<u8>> {
        self.inputs.get(input)
    }

    /// Keeps an input.
    pub(crate) fn keep_input(&self, bytes: &[u8]) -> io::Result<Digest> {
        let digest = digest::sha256(bytes);
        self.inputs.write(&digest, bytes)?;
        Ok(digest)
    }

    pub(super) fn write(&self, history: &History) -> io::Result<()> {
        std::fs::create_dir_all(&self.root)?;
        let json = serde_json::to_vec(history).map_err(io::Error::other)?;
        write_whole(&self.root.join("journal.json"), &json)
    }

    /// Whether there is more than the limits allow.
    pub(super) fn is_full(&self, parts: &Folder) -> io::Result<bool> {
        Ok(self.states.count()? > STATES_MAX + SLACK || parts.bytes()? > BYTES_MAX)
    }

    /// Forgets all states but the newest `keep`, and the files that nothing names any more.
    pub(super) fn collect(&self, history: &History, parts: &Folder, keep: usize) -> io::Result<()> {
        let mut kept = history.states();
        kept.retain(|state| self.states.has(state));
        kept.truncate(keep.max(history.branches.len()));
        while kept.len() > history.branches.len() && parts.bytes_of(&self.named_by(&kept))? > BYTES_MAX {
            kept.truncate((kept.len() / 2).max(history.branches.len()));
        }
        self.states.keep_only(&kept.iter().copied().collect())?;
        self.inputs.keep_only(&history.inputs())?;
        parts.keep_only(&self.named_by(&kept))
    }

    fn named_by(&self, states: &[Digest]) -> BTreeSet<Digest> {
        states
            .iter()
            .filter_map(|state| self.states.get(state))
            .flat_map(|document| named(&document))
            .collect()
    }
}

/// All digests in a document, those of its parts among them.
pub(super) fn named(document: &[u8]) -> BTreeSet<Digest> {
    const PREFIX: &[u8] = b"sha256:";
    let mut found = BTreeSet::new();
    let mut rest = document;
    while let Some(at) = rest.find(PREFIX) {
        let word = &rest[at..rest.len().min(at + PREFIX.len() + 64)];
        found.extend(std::str::from_utf8(word).ok().and_then(|word| word.parse::<Digest>().ok()));
        rest = &rest[at + PREFIX.len()..];
    }
    found
}
