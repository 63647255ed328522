//! The named commands of the project: `cargo xtask --help`.

mod catalog;
mod conformance;
mod crash;
mod fuzz;
mod grading;
mod interchange;
mod live;
mod record;
mod runaway;
mod shell;
mod usage;
mod wasm32;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The named commands of the project")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare with the recorded answers of real programs
    Conformance(conformance::Options),
    /// Rewrite the snapshots and the recorded conformance floors
    Bless(conformance::BlessOptions),
    /// Pack the facts about an Alpine release for the catalogue
    Catalog(catalog::Options),
    /// Compare random inputs with real programs
    Fuzz(fuzz::Options),
    /// Grade a class of generated submissions in several ways
    Grading(grading::Options),
    /// Build projects here and by a private Docker daemon
    Live(live::Options),
    /// Count the commands and option words of real Dockerfiles that are simulated
    Usage(usage::Options),
    /// Kill calls of the program at random moments, and let a disk run full
    Crash(crash::Options),
    /// Exchange images with real docker, skopeo and umoci
    Interchange(interchange::Options),
    /// Ask a real program what fixtures expect
    Record(record::Options),
    /// Build the browser module, the npm package and the page
    Web(web::Options),
    /// Run the core's tests on wasm32 and compare what happens with the native record
    Wasm32,
    /// Run commands that run away, and see each end
    Runaway(runaway::Options),
    /// Run what CI runs
    Ci,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Conformance(options) => conformance::run(&options),
        Command::Bless(options) => conformance::bless(&options),
        Command::Catalog(options) => catalog::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Grading(options) => grading::run(&options),
        Command::Live(options) => live::run(&options),
        Command::Usage(options) => usage::run(&options),
        Command::Crash(options) => crash::run(&options),
        Command::Interchange(options) => interchange::run(&options),
        Command::Record(options) => record::run(&options),
        Command::Web(options) => web::run(&options),
        Command::Wasm32 => wasm32::run(),
        Command::Runaway(options) => runaway::run(&options),
        Command::Ci => shell::run("bash", &[".ci/run"], &[]),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
