use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
};

pub(crate) const COMMAND: Command = Command {
    names: &["wait", "container wait"],
    usage: "CONTAINER [CONTAINER...]",
    summary: "Wait until containers have ended, then print their exit statuses",
    args: ArgRule::AtLeast(1),
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    call.for_each_argument(|call, name| {
        let status = call.backend.wait(name)?;
        call.print(format!("{status}\n"));
        Ok(())
    })
}
