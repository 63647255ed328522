use std::fmt::Write;

use clap::Args;

use super::print;
use crate::check::open;

#[derive(Args)]
pub(crate) struct Options {
    /// Lessons, or folders of lessons; all that come with the program, without them
    lessons: Vec<String>,
}

/// The lessons that are named, or all.
pub(super) fn chosen(named: &[String]) -> Vec<String> {
    match named.is_empty() {
        true => lessons::BUILTIN.iter().map(|builtin| builtin.id.to_owned()).collect(),
        false => named.to_vec(),
    }
}

/// Prints what is wrong; false when anything is.
pub(super) fn run(options: &Options) -> Result<bool, String> {
    let mut out = String::new();
    for lesson in chosen(&options.lessons) {
        let problems = match open(&lesson) {
            Ok(folder) => lessons::lint(&folder),
            Err(error) => vec![error],
        };
        for problem in problems {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{lesson}: {problem}");
        }
    }
    print(&out);
    Ok(out.is_empty())
}
