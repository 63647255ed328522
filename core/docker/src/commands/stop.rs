use super::BASE;
use crate::{
    Command, Flag, FlagKind,
    command::{ArgRule, Call},
    failure::Failure,
};

pub(crate) const COMMAND: Command = Command {
    names: &["stop", "container stop"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    summary: "Stop one or more running containers",
    args: ArgRule::AtLeast(1),
    flags: &[time("Seconds to wait before the container is killed")],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let grace = grace(call);
    call.for_each_argument(|call, name| {
        call.backend.stop(name, grace)?;
        call.print(format!("{name}\n"));
        Ok(())
    })
}

/// The flag for the seconds that a container gets to end by itself.
pub(crate) const fn time(help: &'static str) -> Flag {
    Flag { long: "time", short: Some('t'), kind: FlagKind::Number { default: 10 }, help }
}

/// Its value; none where the container's own counts.
pub(crate) fn grace(call: &Call<'_>) -> Option<i64> {
    call.matches.text("time").and_then(|seconds| seconds.parse().ok())
}
