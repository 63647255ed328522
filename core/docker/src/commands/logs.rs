use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    commands::start::Attached,
    failure::Failure,
};

pub(crate) const COMMAND: Command = Command {
    names: &["logs", "container logs"],
    usage: "CONTAINER",
    summary: "Show what a container has written",
    args: ArgRule::Exactly(1),
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let name = call.args()[0].clone();
    let result = call.backend.logs(&name, &mut Attached { host: &mut *call.host });
    result.map_err(|error| super::rm::container_failure(error, &name))?;
    Ok(0)
}
