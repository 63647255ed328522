use super::{
    BASE,
    start::Attached,
    stop::{grace, time},
};
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
};

pub(crate) const COMMAND: Command = Command {
    names: &["restart", "container restart"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    summary: "Stop containers and start them again",
    args: ArgRule::AtLeast(1),
    flags: &[time("Seconds to wait before a container is killed")],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let grace = grace(call);
    call.for_each_argument(|call, name| {
        call.backend.stop(name, grace)?;
        call.backend.start(name, false, &mut Attached { host: &mut *call.host })?;
        call.print(format!("{name}\n"));
        Ok(())
    })
}
