use clap::Args;
use tests::interchange;

use crate::crash::program;

#[derive(Args)]
pub(crate) struct Options {
    /// Print every check
    #[arg(short, long)]
    verbose: bool,
}

/// Runs what the installed tools allow and prints what was compared.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let program = program()?;
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let report = interchange::run(&program, scratch.path())?;
    for check in &report.passed {
        if options.verbose {
            println!("    agrees: {check}");
        }
    }
    for check in &report.failed {
        println!("    differs: {check}");
    }
    for tool in &report.skipped {
        println!("interchange: {tool}: skipped");
    }
    let (passed, all) = (report.passed.len(), report.passed.len() + report.failed.len());
    println!("interchange: {passed} of {all} checks agree");
    if report.failed.is_empty() { Ok(()) } else { Err("images do not survive the exchange".to_owned()) }
}
