//! `glasshull replay`: does again what a token says.

use std::path::Path;

use api::Stream;
use clap::Args;
use docker::Host;
use simulator::{
    Options as World, Simulator,
    session::{Entry, Player, Session, from_text},
};

use crate::{
    host::NativeHost,
    state::{self, Access, Done, History, State, step_of},
};

#[derive(Args)]
pub(crate) struct Options {
    /// A token or a link that `share` printed, a file that has one or the session's JSON, or - for standard input
    session: String,
    /// The branch that the session becomes; unless said, that of an empty world, or a new one
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Do not show what was typed and printed
    #[arg(short, long)]
    quiet: bool,
}

/// Plays the session from the beginning of a world, and makes it the present one.
pub(crate) fn run(options: &Options) -> Result<u8, String> {
    let mut host = NativeHost::new();
    let text = match options.session.as_str() {
        "-" => host.read_stdin().map_err(|error| error.message)?,
        path if Path::new(path).exists() => host.read_file(path).map_err(|error| error.message)?,
        token => token.as_bytes().to_vec(),
    };
    let session = from_text(&String::from_utf8_lossy(&text)).map_err(|error| error.to_string())?;
    let mut state = State::open(state::home()?, Access::Write)?;
    let mut history = state.history()?;
    let branch = match &options.branch {
        Some(name) => name.clone(),
        None => free_name(&history, state.document().is_empty()),
    };
    if history.branches().get(&branch).is_some_and(|branch| !branch.steps.is_empty()) {
        return Err(format!("there is a branch {branch} already"));
    }
    history.begin(&branch);
    let quiet = options.quiet;
    let mut show = |stream, bytes: &[u8]| {
        if !quiet {
            host.write(stream, bytes);
        }
    };
    let (played, world) = play(&session, &mut history, &mut show)?;
    state.adopt(&history, played, world)?;
    let done = format!("Replayed on branch {branch}, {} steps\n", history.branch().last());
    host.write(Stream::Stderr, done.as_bytes());
    Ok(0)
}

fn free_name(history: &History, is_empty: bool) -> String {
    if is_empty {
        return history.current().to_owned();
    }
    let names = std::iter::once("replay".to_owned()).chain((2..).map(|number| format!("replay-{number}")));
    let mut free = names.filter(|name| !history.branches().contains_key(name));
    free.next().unwrap_or_default()
}

/// Plays all entries; those that change the world become steps.
fn play(
    session: &Session,
    history: &mut History,
    show: &mut dyn FnMut(Stream, &[u8]),
) -> Result<(Vec<simulator::Saved>, Simulator), String> {
    let mut player = Player::new(session.project.as_deref())?;
    let fresh = Simulator::new(World::default()).map_err(|error| error.to_string())?;
    let mut document = player.document().to_vec();
    history.push(step_of(&fresh, &document, Done::Began));
    let mut played = vec![fresh.save()?];
    let mut pending = Vec::new();
    for entry in &session.journal {
        if let Entry::Run { line, .. } = entry {
            show(Stream::Stdout, format!("$ {line}\n").as_bytes());
        }
        let saved = player.play(entry, show)?.saved;
        pending.push(entry.clone());
        if saved.document != document {
            document.clone_from(&saved.document);
            let entries = std::mem::take(&mut pending);
            let done = Done::Typed { project: None, place: session.project.clone(), entries };
            history.push(player.with_world(|world| step_of(world, &document, done)));
            played.push(saved);
        }
    }
    Ok((played, player.into_world()?))
}
