use api::ContainerStatus;

use super::{
    BASE,
    start::{attached, exit_status},
};
use crate::{
    Command, Flag, FlagKind,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{switch, text},
};

pub(crate) const COMMAND: Command = Command {
    names: &["attach", "container attach"],
    usage: "[OPTIONS] CONTAINER",
    summary: "Connect the terminal to a running container",
    args: ArgRule::Exactly(1),
    flags: &[
        text("detach-keys", None, "Keys that leave it running; these cannot be changed here"),
        switch("no-stdin", None, "Pass no input on"),
        Flag {
            long: "sig-proxy",
            short: None,
            kind: FlagKind::Switch { default: true },
            help: "Pass signals on to its first process",
        },
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    call.refuse(&["detach-keys", "no-stdin"])?;
    if !call.switch("sig-proxy") {
        return Err(Failure::client("glasshull: --sig-proxy=false is not simulated"));
    }
    let name = call.args()[0].clone();
    let container = call.backend.inspect_container(&name).map_err(|error| match error.kind {
        api::ErrorKind::NotFound => Failure::client(format!("Error: {}", error.message)),
        _ => error.into(),
    })?;
    match container.summary.status {
        ContainerStatus::Running => {}
        ContainerStatus::Restarting => {
            return Err(Failure::client(
                "You cannot attach to a restarting container, wait until it is running",
            ));
        }
        ContainerStatus::Paused => {
            return Err(Failure::client("You cannot attach to a paused container, unpause it first"));
        }
        ContainerStatus::Created | ContainerStatus::Exited => {
            return Err(Failure::client("You cannot attach to a stopped container, start it first"));
        }
    }
    if container.config.tty {
        super::start::needs_terminal(call)?;
    }
    let raw = container.config.tty;
    let reply = attached(call, &name, true, raw)?;
    Ok(exit_status(reply.status))
}
