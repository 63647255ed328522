use std::path::PathBuf;

use clap::Args;
use tests::crash;

use crate::shell;

#[derive(Args)]
pub(crate) struct Options {
    /// How many calls are killed
    #[arg(long, default_value_t = 200)]
    times: usize,
    /// Where the random numbers begin
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Kills calls at random moments, and lets a disk run full.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let program = program()?;
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let report = crash::kill(&program, scratch.path(), options.times, options.seed)?;
    println!(
        "crash: {} calls killed, {} of them after they had reported, {} ended before; {} left files behind; nothing lost",
        report.killed, report.told, report.ended, report.leftovers
    );
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    match crash::fill(&program, scratch.path())? {
        Some(images) => println!("crash: a disk that ran full after {images} images lost nothing"),
        None => println!("crash: no right to mount a small disk: skipped"),
    }
    Ok(())
}

/// The native program, built as this one is.
pub(crate) fn program() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = own.parent().ok_or("no folder of programs")?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let profile: &[&str] = if folder.ends_with("release") { &["--release"] } else { &[] };
    shell::run(&cargo, &[&["build", "-q", "-p", "cli"], profile].concat(), &[])?;
    Ok(folder.join("glasshull"))
}
