use std::{fs, path::PathBuf};

use clap::Args;
use tests::usage::measure;

use crate::shell::root;

/// Option words that Alpine's busybox refuses too, one `COMMAND WORD` a line.
const REFUSED: &str = "tests/conformance/refused-words.txt";
/// The share of known option words below which the run fails, in percent.
const FLOOR: f64 = 99.0;

#[derive(Args)]
pub(crate) struct Options {
    /// The folder with the counts of commands and option words
    #[arg(long, default_value = "../shared/data/dockerfile-usage")]
    data: PathBuf,
    /// Name the words that are refused
    #[arg(short, long)]
    verbose: bool,
}

/// Prints how many of the commands in real Dockerfiles exist, and how many of their option words are known.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    if !options.data.exists() {
        println!("usage: {} is not there: skipped", options.data.display());
        return Ok(());
    }
    let refused = fs::read_to_string(root().join(REFUSED)).map_err(|error| format!("{REFUSED}: {error}"))?;
    let refused: Vec<String> = refused.lines().map(str::to_owned).collect();
    let mut complaints = Vec::new();
    for corpus in ["curated", "wild"] {
        let usage = measure(&options.data, corpus, &refused)?;
        let (there, known) = (usage.commands - usage.missing.len(), usage.known());
        println!(
            "{corpus}: {there} of {} commands exist; {known:.2} % of {} option words are known",
            usage.commands, usage.words
        );
        if !usage.missing.is_empty() {
            println!("  not there: {}", usage.missing.join(" "));
        }
        if options.verbose {
            usage.refused.iter().for_each(|(word, times)| println!("  {times:5} {word}"));
        }
        if known < FLOOR {
            complaints.push(format!("{corpus}: below {FLOOR} %"));
        }
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}
