//! Changes of a Dockerfile, by the lines of its instructions.

use dockerfile::syntax::{self, Node};
use dockerfile::{ParseError, Vintage};
use thiserror::Error;
use vfs::{Errno, Tree};

/// How a Dockerfile would be changed. Lines count from 1; any line of an instruction stands for all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Two instructions change places.
    Swap(usize, usize),
    /// The instruction of one line goes to where that of another begins.
    Move {
        /// A line of the instruction.
        line: usize,
        /// A line of the instruction before which it is put; or the first line after the last one.
        to: usize,
    },
    /// Another Dockerfile altogether.
    Replace(Vec<u8>),
}

/// Why a change does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChangeError {
    /// The Dockerfile cannot be read.
    #[error("{path}: {errno}")]
    Unreadable {
        /// Its path in the project.
        path: String,
        /// Why.
        errno: Errno,
    },
    /// It is no Dockerfile.
    #[error("the Dockerfile cannot be cut into instructions: {0}")]
    Syntax(#[from] ParseError),
    /// It is not text.
    #[error("the Dockerfile is not UTF-8")]
    NotText,
    /// There is no instruction at this line.
    #[error("line {line} of the Dockerfile belongs to no instruction; they begin at the lines {begins}")]
    NoInstruction {
        /// The line.
        line: usize,
        /// Where instructions begin.
        begins: String,
    },
    /// Both lines belong to one instruction.
    #[error("the lines {0} and {1} belong to one instruction")]
    Same(usize, usize),
}

impl Change {
    /// The project with the changed Dockerfile.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub fn apply(&self, project: &Tree, dockerfile: &str) -> Result<Tree, ChangeError> {
        let path = format!("/{}", dockerfile.trim_start_matches("./"));
        let unreadable = |errno| ChangeError::Unreadable { path: dockerfile.to_owned(), errno };
        let bytes = project.read_file(&path).map_err(unreadable)?;
        let changed = match self {
            Change::Replace(other) => other.clone(),
            _ => {
                let text = std::str::from_utf8(&bytes).map_err(|_| ChangeError::NotText)?;
                self.rearranged(text)?.into_bytes()
            }
        };
        let mut project = project.clone();
        let time = project.get(&path).map_or(vfs::Time::EPOCH, |inode| inode.metadata().mtime);
        project.write_file(&path, changed, 0o644, time).map_err(unreadable)?;
        Ok(project)
    }

    fn rearranged(&self, text: &str) -> Result<String, ChangeError> {
        let parsed = syntax::parse(text, Vintage::Current)?;
        let at = |line: usize| find(&parsed.nodes, line);
        let mut lines: Vec<String> = text.lines().map(|line| format!("{line}\n")).collect();
        match *self {
            Change::Swap(a, b) => {
                let (first, second) = (at(a.min(b))?, at(a.max(b))?);
                if first.lines == second.lines {
                    return Err(ChangeError::Same(a, b));
                }
                let later: Vec<String> = lines[range(second)].to_vec();
                let earlier: Vec<String> = lines.splice(range(first), later.clone()).collect();
                let shift = second.lines.first - 1 + later.len() - earlier.len();
                lines.splice(shift..shift + later.len(), earlier);
            }
            Change::Move { line, to } => {
                let moved = at(line)?;
                let target = if to == lines.len() + 1 { lines.len() } else { at(to)?.lines.first - 1 };
                let block: Vec<String> = lines[range(moved)].to_vec();
                if range(moved).contains(&target) {
                    return Err(ChangeError::Same(line, to));
                }
                let target = if target > range(moved).start { target - block.len() } else { target };
                lines.drain(range(moved));
                lines.splice(target..target, block);
            }
            Change::Replace(_) => {}
        }
        Ok(lines.concat())
    }
}

/// The lines of an instruction, from 0.
fn range(node: &Node<'_>) -> std::ops::Range<usize> {
    node.lines.first - 1..node.lines.last
}

fn find<'a, 's>(nodes: &'a [Node<'s>], line: usize) -> Result<&'a Node<'s>, ChangeError> {
    let found = nodes.iter().find(|node| (node.lines.first..=node.lines.last).contains(&line));
    found.ok_or_else(|| {
        let begins: Vec<String> = nodes.iter().map(|node| node.lines.first.to_string()).collect();
        ChangeError::NoInstruction { line, begins: begins.join(", ") }
    })
}
