//! The native front end of Glasshull: carries bytes between the machine and the simulated world.

mod check;
#[cfg(feature = "daemon")]
mod compare;
mod completions;
#[cfg(feature = "daemon")]
mod daemon;
mod explain;
mod fsck;
mod grade;
mod host;
mod lesson;
mod replay;
mod repo;
mod serve;
mod sh;
mod share;
mod shell;
mod snapshot;
mod snapshots;
mod state;
mod submission;
mod travel;
mod whatif;

use std::{
    env,
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{CommandFactory, Parser, Subcommand};
use docker::Persona;
use engine::Engine;
use host::NativeHost;
use simulator::version;
use state::{Access, Done, State};

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
    /// Open a prompt on a simulated host, where docker and a Unix shell work on a copy of your folder
    Shell(shell::Options),
    /// Run a script in the simulated ash, on a machine with busybox alone; nothing is written back
    Sh(sh::Options),
    /// Show the files of an image, with the layer that each comes from
    Tree(snapshots::TreeOptions),
    /// Show the file changes between two images or build steps (of a container: as docker does)
    Diff(snapshots::DiffOptions),
    /// Explain a build step by step: why it was cached or not, what it changed, what the next edit would cost
    Explain(explain::Options),
    /// Compare two builds step by step: the project as it is, and with a change
    Whatif(whatif::Options),
    /// Build here and by a real Docker daemon, and show where the two differ
    #[cfg(feature = "daemon")]
    Compare(compare::Options),
    /// Go back to the state before the last thing that was done
    Undo(travel::StepsOptions),
    /// Do again what was undone
    Redo(travel::StepsOptions),
    /// Show what was done, newest first: when on the virtual clock, and the state after it
    Log(travel::LogOptions),
    /// Run a command in the state after a step of the log; nothing that it does is kept
    At(travel::AtOptions),
    /// List the lines of states, begin one here, or go to one
    Branch(travel::BranchOptions),
    /// Forget states that could be undone, and remove files that nothing names
    Prune(travel::PruneOptions),
    /// Print a token from which `replay` makes the same state anywhere
    Share(share::Options),
    /// Do again what a token or a file says
    Replay(replay::Options),
    /// Bring package repositories of your own
    Repo(repo::Options),
    /// Check what is on disk
    Fsck(fsck::Options),
    /// Open the lab and its lessons to your browser
    Serve(serve::Options),
    /// Take lessons in a folder; write and try lessons
    Lesson {
        #[command(subcommand)]
        verb: lesson::Verb,
    },
    /// Grade a folder by the checks of a lesson
    Check(check::Options),
    /// Grade a folder of submissions, each a folder: a result file each, and a summary
    Grade(grade::Options),
    /// Record what a build does as stable text in insta's file format, or compare with what was recorded
    Snapshot(snapshot::Options),
    /// Print the manual page of the program, or write those of all commands into a folder
    Man {
        /// The folder
        folder: Option<PathBuf>,
    },
    /// Print completions for your shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
        /// For the program under the name docker
        #[arg(long)]
        docker: bool,
    },
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
    if words.get(1).is_some_and(|word| word == BACKEND) {
        return ended(by_backend(&words[2..]));
    }
    if is_for_docker(&words[1..]) {
        return docker(&words[1..], Persona::Glasshull);
    }
    match Arguments::parse().command {
        Command::Docker { words } => docker(&words, Persona::Glasshull),
        Command::Shell(options) => ended(open(Access::Write).and_then(|state| {
            if std::io::stdin().is_terminal() {
                print!("{}", shell::greeting());
            }
            shell::run(options, state)
        })),
        Command::Sh(options) => sh::run(options),
        Command::Tree(options) => show(|engine| snapshots::tree(&options, engine)),
        Command::Diff(options) => show(|engine| snapshots::difference(&options, engine)),
        Command::Explain(options) => {
            ended(open(Access::Read).and_then(|state| explain::run(&options, &state)))
        }
        Command::Whatif(options) => ended(open(Access::Read).and_then(|state| whatif::run(&options, &state))),
        #[cfg(feature = "daemon")]
        Command::Compare(options) => {
            ended(open(Access::Read).and_then(|state| compare::run(&options, &state)))
        }
        Command::Undo(options) => ended(travel::undo(&options)),
        Command::Redo(options) => ended(travel::redo(&options)),
        Command::Log(options) => ended(travel::log(&options)),
        Command::At(options) => ended(travel::at(&options)),
        Command::Branch(options) => ended(travel::branch(&options)),
        Command::Prune(options) => ended(travel::prune(&options)),
        Command::Share(options) => ended(share::run(&options)),
        Command::Replay(options) => ended(replay::run(&options)),
        Command::Repo(options) => ended(repo::run(&options)),
        Command::Fsck(options) => ended(fsck::run(&options)),
        Command::Serve(options) => ended(serve::run(&options).map(|()| 0)),
        Command::Lesson { verb } => judged(lesson::run(verb)),
        Command::Check(options) => judged(check::run(&options)),
        Command::Grade(options) => judged(grade::run(&options)),
        Command::Snapshot(options) => judged(snapshot::run(&options)),
        Command::Man { folder } => ended(manual(folder.as_deref())),
        Command::Completions { shell, docker } => {
            let script = completions::script(shell, Arguments::command(), docker);
            docker::Host::write(&mut NativeHost::new(), api::Stream::Stdout, &script);
            ExitCode::SUCCESS
        }
    }
}

fn manual(folder: Option<&Path>) -> Result<u8, String> {
    let own = Arguments::command();
    let text = match folder {
        None => completions::page(own).map_err(|error| error.to_string())?,
        Some(folder) => {
            let written = completions::manual(folder, own);
            let count = written.map_err(|error| format!("{}: {error}", folder.display()))?;
            format!("{count} pages in {}\n", folder.display()).into_bytes()
        }
    };
    docker::Host::write(&mut NativeHost::new(), api::Stream::Stdout, &text);
    Ok(0)
}

/// Whether words after `glasshull` are a docker command line.
fn is_for_docker(words: &[String]) -> bool {
    let Some(first) = words.first() else { return false };
    if first.starts_with(version::FLAG) {
        return true;
    }
    let is_dockers = docker::COMMANDS
        .iter()
        .any(|command| command.names.iter().any(|name| name.split(' ').next() == Some(first.as_str())));
    is_dockers && !(first == "diff" && names_images(&words[1..]))
}

/// Whether the arguments of `diff` are for us: not one container.
fn names_images(words: &[String]) -> bool {
    let [name] = words else { return true };
    let is_none = |state: State| state.simulator.borrow().engine().find_container(name).is_err();
    name.starts_with('-') || open(Access::Read).is_ok_and(is_none)
}

fn open(access: Access) -> Result<State, String> {
    State::open(state::home()?, access)
}

/// The flag before a docker command that says who answers it.
const BACKEND: &str = "--backend";

/// `--backend simulator|docker COMMAND...`: the simulator, or a real daemon.
fn by_backend(words: &[String]) -> Result<u8, String> {
    let (name, words) = words.split_first().ok_or_else(|| format!("{BACKEND} needs simulator or docker"))?;
    match name.as_str() {
        "simulator" => run_docker(words, Persona::Glasshull),
        #[cfg(feature = "daemon")]
        "docker" => {
            let mut daemon = daemon::Daemon::connect()?;
            Ok(docker::run(words, Persona::Glasshull, &mut daemon, &mut NativeHost::new()))
        }
        #[cfg(not(feature = "daemon"))]
        "docker" => Err("this program was built without the feature `daemon`".to_owned()),
        other => Err(format!("{BACKEND}: there is no {other}; choose simulator or docker")),
    }
}

/// Runs a docker command line in the world on disk.
fn docker(words: &[String], persona: Persona) -> ExitCode {
    ended(run_docker(words, persona))
}

fn run_docker(words: &[String], persona: Persona) -> Result<u8, String> {
    let mut host = NativeHost::new();
    host.hold();
    let chosen = version::choose(words, persona, &|name| docker::Host::variable(&host, name))?;
    let access = if docker::only_reads(chosen.words) { Access::Read } else { Access::Write };
    let mut state = open(access)?;
    let (status, mut host) = call(&mut state, &chosen, persona, host);
    let program = if persona == Persona::Docker { "docker" } else { "glasshull" };
    state.save(|archive| Ok(Done::Called(host.called(program, words, archive)?)))?;
    Ok(status)
}

/// Runs a docker command line in a world that is open.
fn call(
    state: &mut State,
    chosen: &version::Chosen<'_>,
    persona: Persona,
    mut host: NativeHost,
) -> (u8, NativeHost) {
    let mut simulator = state.simulator.borrow_mut();
    if let Some(version) = chosen.version {
        simulator.set_version(version);
    }
    if chosen.graph_driver {
        simulator.use_graph_driver();
    }
    let status = docker::run(chosen.words, persona, &mut *simulator, &mut host);
    (status, host)
}

/// Prints what a look at the world on disk gives.
fn show(look: impl FnOnce(&Engine) -> Result<String, api::ApiError>) -> ExitCode {
    ended(open(Access::Read).and_then(|state| {
        let text = look(state.simulator.borrow().engine()).map_err(|error| error.message)?;
        docker::Host::write(&mut NativeHost::new(), api::Stream::Stdout, text.as_bytes());
        Ok(0)
    }))
}

/// 0 where all is well, 1 where something that was looked at is not, 2 where it could not be looked at.
fn judged(result: Result<bool, String>) -> ExitCode {
    match result {
        Ok(passed) => ExitCode::from(u8::from(!passed)),
        Err(message) => {
            eprintln!("glasshull: {message}");
            ExitCode::from(2)
        }
    }
}

fn ended(result: Result<u8, String>) -> ExitCode {
    match result {
        Ok(status) => ExitCode::from(status),
        Err(message) => {
            eprintln!("glasshull: {message}");
            ExitCode::from(125)
        }
    }
}
