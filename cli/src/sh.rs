use std::{
    io::{IsTerminal, stdin},
    path::{Path, PathBuf},
    process::ExitCode,
};

use api::Stream;
use bstr::BString;
use clap::Args;
use docker::{Host, HostError, Select};
use simulator::{Script, bare_machine};
use vfs::{Errno, Time, Tree};

use crate::{
    host::{NativeHost, lexical, resolve},
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
    /// A script file here or in that folder, then its arguments; with -c, $0 and the arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// What the clock of a script says: that of a new world.
const CLOCK: Time = Time::from_secs(1_727_776_800);
/// The current directory of a script's machine.
const HERE: &str = "/root";

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
fn image_tree(image: &str) -> Result<Tree, String> {
    let state = State::open(state::home()?, Access::Read)?;
    let simulator = state.simulator.borrow();
    let engine = simulator.engine();
    let tree = engine.find_image(image).and_then(|id| engine.image_tree(&id));
    tree.map_err(|error| error.message)
}

/// The name by which a script finds itself when it lies in the loaded folder: as it was given from there, or as it
/// would be.
fn name_within(root: &Path, file: &Path) -> Option<String> {
    let top = root.canonicalize().ok()?;
    let Some(found) = resolve(file) else {
        let is_there = file.is_relative() && top.join(file).is_file();
        return is_there.then(|| file.display().to_string());
    };
    let inside = found.strip_prefix(&top).ok()?;
    let is_given_from_there = file.is_relative() && resolve(Path::new(".")).is_some_and(|here| here == top);
    let name = if is_given_from_there { file.to_owned() } else { Path::new(".").join(inside) };
    Some(name.display().to_string())
}

/// Puts a script where its name points to on the machine, or in the folder that becomes its current directory. What
/// the machine has under that name gives way.
fn place(machine: &mut Tree, folder: Option<&mut Tree>, file: &str, text: Vec<u8>) -> Result<(), Errno> {
    let path = lexical(&Path::new(HERE).join(file));
    let (tree, path) = match (path.strip_prefix(HERE), folder) {
        (Ok(inside), Some(folder)) => (folder, inside),
        _ => (machine, path.as_path()),
    };
    let path = path.display().to_string();
    if let Some((directory, _)) = path.rsplit_once('/').filter(|(directory, _)| !directory.is_empty()) {
        tree.mkdir_all(directory, 0o755, CLOCK)?;
    }
    tree.write_file(path, text, 0o755, CLOCK).map(|_| ())
}

fn start(options: Options) -> Result<u8, String> {
    let mut host = NativeHost::new();
    let named = |what: String| move |error: HostError| format!("{what}: {error}");
    let loader = catalog::Catalog::new().map_err(|error| error.to_string())?.loader();
    let mut machine = match &options.image {
        Some(image) => image_tree(image)?,
        None => bare_machine(CLOCK).map_err(|errno| errno.to_string())?,
    };
    let mut folder = match &options.root {
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
            let loaded = options.root.as_deref().and_then(|root| name_within(root, Path::new(file)));
            argv.push(match loaded {
                Some(name) => name.into(),
                None => {
                    let text = host.read_file(file).map_err(named(file.clone()))?;
                    place(&mut machine, folder.as_mut(), file, text).map_err(|errno| errno.to_string())?;
                    file.as_str().into()
                }
            });
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
