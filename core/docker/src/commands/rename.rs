use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
};

pub(crate) const COMMAND: Command = Command {
    names: &["rename", "container rename"],
    usage: "CONTAINER NEW_NAME",
    summary: "Rename a container",
    args: ArgRule::Exactly(2),
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let (old, new) = (call.args()[0].clone(), call.args()[1].clone());
    if old.trim().is_empty() || new.trim().is_empty() {
        return Err(Failure::client("Error: Neither old nor new names may be empty"));
    }
    match call.backend.rename(&old, &new) {
        Ok(()) => Ok(0),
        Err(error) => {
            let text = Failure::Daemon(error).text(call.backend.version(), call.command, call.name).0;
            Err(Failure::client(format!("{text}Error: failed to rename container named {old}")))
        }
    }
}
