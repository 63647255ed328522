//! The native front end of Glasshull: carries bytes between the machine and the simulated world.

mod host;
mod sh;

use std::{env, path::Path, process::ExitCode};

use clap::{Parser, Subcommand};
use docker::Persona;
use host::NativeHost;
use simulator::{Options, Simulator};

/// A simulated Docker, seen through glass. Every docker command works here too: `glasshull build .`, `glasshull images`.
#[derive(Parser)]
#[command(name = "glasshull", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a docker command (`glasshull docker build .`)
    #[command(disable_help_flag = true)]
    Docker {
        /// The command line after `docker`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Run a script in the simulated ash, on a machine with busybox alone; nothing is written back
    Sh(sh::Options),
}

fn main() -> ExitCode {
    let words: Vec<String> = env::args().collect();
    let name = words
        .first()
        .map(Path::new)
        .and_then(Path::file_stem)
        .map(|name| name.to_string_lossy().into_owned());
    if name.as_deref() == Some("docker") {
        return docker(&words[1..], Persona::Docker);
    }
    let first = words.get(1).map(String::as_str).unwrap_or_default();
    if docker::COMMANDS
        .iter()
        .any(|command| command.names.iter().any(|name| name.split(' ').next() == Some(first)))
    {
        return docker(&words[1..], Persona::Glasshull);
    }
    match Arguments::parse().command {
        Command::Docker { words } => docker(&words, Persona::Glasshull),
        Command::Sh(options) => sh::run(options),
    }
}

fn docker(words: &[String], persona: Persona) -> ExitCode {
    let mut simulator = match Simulator::new(Options::default()) {
        Ok(simulator) => simulator,
        Err(error) => {
            eprintln!("glasshull: {error}");
            return ExitCode::from(125);
        }
    };
    ExitCode::from(docker::run(words, persona, &mut simulator, &mut NativeHost::new()))
}
