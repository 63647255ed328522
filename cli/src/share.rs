//! `glasshull share`: what was done as a token that makes the same state anywhere.

mod convert;

use api::Stream;
use clap::Args;
use digest::sha256;
use docker::Host;
use simulator::session::{Player, Session, to_token};

use crate::{
    host::NativeHost,
    state::{self, Access, Done, State},
};

#[derive(Args)]
pub(crate) struct Options {
    /// Print JSON that people can read and change, instead of a token
    #[arg(long)]
    json: bool,
    /// Print a link to a page that plays tokens
    #[arg(long, value_name = "URL", conflicts_with = "json")]
    link: Option<String>,
}

/// Prints the token, after it was seen to lead to the state that the world is in.
pub(crate) fn run(options: &Options) -> Result<u8, String> {
    let state = State::open(state::home()?, Access::Read)?;
    let session = proven(&state)?;
    let text = if options.json {
        serde_json::to_string_pretty(&session).map_err(|error| error.to_string())?
    } else {
        match &options.link {
            Some(link) => format!("{}#{}", link.trim_end_matches('#'), to_token(&session)),
            None => to_token(&session),
        }
    };
    NativeHost::new().write(Stream::Stdout, format!("{text}\n").as_bytes());
    Ok(0)
}

/// The session of the branch that leads to the same document: with the project folder at the usual place, or where it
/// really lies.
fn proven(state: &State) -> Result<Session, String> {
    let (history, archive) = (state.history()?, state.archive());
    let branch = history.branch();
    if branch.dropped > 0 {
        return Err(format!("the first {} steps are no longer remembered", branch.dropped));
    }
    let steps = &branch.steps[..branch.steps.len().min(branch.at + 1)];
    match steps.first() {
        None => return Err("nothing was done yet".to_owned()),
        Some(first) if first.done != Done::Began => {
            return Err("the world is older than its history".to_owned());
        }
        Some(_) => {}
    }
    let usual = convert::session(steps, &archive, false)?;
    let Err(error) = prove(steps, &usual) else { return Ok(usual.session) };
    match convert::session(steps, &archive, true) {
        Ok(real) if real.session.project.is_some() => prove(steps, &real).map(|()| real.session),
        _ => Err(error),
    }
}

/// Plays a session and compares the state after every step.
fn prove(steps: &[state::Step], converted: &convert::Converted) -> Result<(), String> {
    let mut player = Player::new(converted.session.project.as_deref())?;
    let mut entries = converted.session.journal.iter();
    for (number, (step, count)) in steps.iter().zip(&converted.counts).enumerate() {
        for entry in entries.by_ref().take(*count) {
            player.play(entry, &mut |_, _| {})?;
        }
        if sha256(player.document()) != step.state {
            return Err(format!(
                "step {number} cannot be shared: done again from its record, it leads to another state"
            ));
        }
    }
    Ok(())
}
