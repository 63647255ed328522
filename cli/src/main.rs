//! The native front end of Glasshull: carries bytes between the machine and the simulated world.

mod host;
mod sh;
mod state;

use std::{env, path::Path, process::ExitCode};

use clap::{Parser, Subcommand};
use docker::Persona;
use host::NativeHost;
use state::{Access, State};

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
    let access = if docker::only_reads(words) { Access::Read } else { Access::Write };
    let opened = state::home().and_then(|home| State::open(home, access));
    let run = opened.and_then(|mut state| {
        let status = docker::run(words, persona, &mut state.simulator, &mut NativeHost::new());
        state.save()?;
        Ok(status)
    });
    match run {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            eprintln!("glasshull: {error}");
            ExitCode::from(125)
        }
    }
}
