use super::{BASE, start::Attached};
use crate::{
    Command, Flag, FlagKind,
    command::{ArgRule, Call},
    failure::Failure,
};

pub(crate) const COMMAND: Command = Command {
    names: &["restart", "container restart"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    summary: "Stop containers and start them again",
    args: ArgRule::AtLeast(1),
    flags: &[Flag {
        long: "time",
        short: Some('t'),
        kind: FlagKind::Number { default: 10 },
        help: "Seconds to wait before a container is killed",
    }],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let grace = call.matches.text("time").and_then(|seconds| seconds.parse().ok()).unwrap_or(10);
    call.for_each_argument(|call, name| {
        call.backend.stop(name, grace)?;
        call.backend.start(name, false, &mut Attached { host: &mut *call.host })?;
        call.print(format!("{name}\n"));
        Ok(())
    })
}
