use std::fmt::Write;

use clap::Args;

use super::{current, print};
use crate::check::open;

#[derive(Args)]
pub(crate) struct Options {
    /// Which one, where a lesson has several
    id: Option<String>,
}

/// Prints the files of a solution; nothing is written.
pub(super) fn run(options: &Options) -> Result<bool, String> {
    let (_, _, entry) = current()?;
    let folder = open(&entry.lesson)?;
    let solutions = &folder.lesson.solutions;
    let wanted = solutions.iter().find(|solution| options.id.as_ref().is_none_or(|id| *id == solution.id));
    let Some(solution) = wanted else {
        let known: Vec<&str> = solutions.iter().map(|solution| solution.id.as_str()).collect();
        return Err(format!("there is no such solution; there are {}", known.join(", ")));
    };
    let mut out = String::new();
    for (path, bytes) in folder.files(&solution.files) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "==> {path} <==\n{}", String::from_utf8_lossy(bytes));
    }
    let others = solutions.iter().filter(|other| other.id != solution.id).map(|other| other.id.as_str());
    let others: Vec<&str> = others.collect();
    if !others.is_empty() {
        let _ = writeln!(out, "Other solutions: {}", others.join(", "));
    }
    print(&out);
    Ok(true)
}
