use std::{
    io::{IsTerminal, stdin},
    path::PathBuf,
    process::ExitCode,
};

use api::Stream;
use bstr::BString;
use clap::Args;
use docker::{Host, HostError, Select};
use simulator::{Script, bare_machine};
use vfs::Time;

use crate::{
    host::NativeHost,
    state::{self, Access, State},
};

#[derive(Args)]
pub(crate) struct Options {
    /// Run on the file system of this image instead of a machine with busybox alone
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
    /// Load this folder (dot files too) as the current directory
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Run this text
    #[arg(short, value_name = "TEXT")]
    command: Option<String>,
    /// A script file, then its arguments; with -c, $0 and the arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// What the clock of a script says: that of a new world.
const CLOCK: Time = Time::from_secs(1_727_776_800);
/// The name under which a script file's text travels: ash reads it from the file system of the simulation.
const SCRIPT: &str = "/tmp/script";

/// `glasshull sh`.
pub(crate) fn run(options: Options) -> ExitCode {
    match start(options) {
        Ok(exit) => ExitCode::from(exit),
        Err(message) => {
            eprintln!("glasshull: {message}");
            ExitCode::from(1)
        }
    }
}

/// The files of an image of the world on disk.
fn image_tree(image: &str) -> Result<vfs::Tree, String> {
    let state = State::open(state::home()?, Access::Read)?;
    let simulator = state.simulator.borrow();
    let engine = simulator.engine();
    let tree = engine.find_image(image).and_then(|id| engine.image_tree(&id));
    tree.map_err(|error| error.message)
}

fn start(options: Options) -> Result<u8, String> {
    let mut host = NativeHost::new();
    let named = |what: String| move |error: HostError| format!("{what}: {error}");
    let loader = catalog::Catalog::new().map_err(|error| error.to_string())?.loader();
    let mut machine = match &options.image {
        Some(image) => image_tree(image)?,
        None => bare_machine(CLOCK).map_err(|errno| errno.to_string())?,
    };
    let folder = match options.root {
        None => None,
        Some(root) => {
            let shown = root.display().to_string();
            Some(host.load_dir(&shown, &mut |_, _| Select::Include).map_err(named(shown))?)
        }
    };
    let mut argv: Vec<BString> = vec!["sh".into()];
    match (options.command, options.arguments.first()) {
        (Some(text), _) => argv.extend([BString::from("-c"), text.into()]),
        (None, Some(file)) => {
            let text = host.read_file(file).map_err(named(file.clone()))?;
            machine.write_file(SCRIPT, text, 0o755, CLOCK).map_err(|errno| errno.to_string())?;
            argv.push(SCRIPT.into());
        }
        (None, None) => {}
    }
    let skip = usize::from(argv.len() == 2);
    argv.extend(options.arguments.into_iter().skip(skip).map(BString::from));
    let input = if stdin().is_terminal() {
        Vec::new()
    } else {
        host.read_stdin().map_err(named("stdin".to_owned()))?
    };
    let script = Script { root: machine, folder, argv, stdin: input, clock: CLOCK, loader };
    script.run(&mut |stream, bytes| {
        let stream = match stream {
            kernel::Stream::Stdout => Stream::Stdout,
            kernel::Stream::Stderr => Stream::Stderr,
        };
        host.write(stream, bytes);
    })
}
