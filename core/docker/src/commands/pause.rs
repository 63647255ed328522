use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
};

pub(crate) const COMMAND: Command = Command {
    names: &["pause", "container pause"],
    usage: "CONTAINER [CONTAINER...]",
    summary: "Stop the processes of containers for a while",
    args: ArgRule::AtLeast(1),
    run: |call| set(call, true),
    ..BASE
};

pub(crate) const UNPAUSE: Command = Command {
    names: &["unpause", "container unpause"],
    usage: "CONTAINER [CONTAINER...]",
    summary: "Let the processes of paused containers go on",
    args: ArgRule::AtLeast(1),
    run: |call| set(call, false),
    ..BASE
};

fn set(call: &mut Call<'_>, paused: bool) -> Result<u8, Failure> {
    call.for_each_argument(|call, name| {
        call.backend.set_paused(name, paused)?;
        call.print(format!("{name}\n"));
        Ok(())
    })
}
