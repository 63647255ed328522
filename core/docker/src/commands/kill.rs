use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::text,
};

pub(crate) const COMMAND: Command = Command {
    names: &["kill", "container kill"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    summary: "Send a signal to one or more running containers",
    args: ArgRule::AtLeast(1),
    flags: &[text("signal", Some('s'), "Which signal (default KILL)")],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let signal = call.matches.text("signal").unwrap_or("KILL").to_owned();
    call.for_each_argument(|call, name| {
        call.backend.kill(name, &signal)?;
        call.print(format!("{name}\n"));
        Ok(())
    })
}
