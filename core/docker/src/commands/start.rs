use api::{ApiError, Event, Input, Io, StartReply, Stream};

use super::BASE;
use crate::{
    Command, Host,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{switch, text},
};

pub(crate) const COMMAND: Command = Command {
    names: &["start", "container start"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    summary: "Start one or more stopped containers",
    args: ArgRule::AtLeast(1),
    flags: &[
        switch("attach", Some('a'), "Show its output and pass signals on"),
        text("detach-keys", None, "Keys that leave it running; these cannot be changed here"),
        switch("interactive", Some('i'), "Pass standard input on"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    call.refuse(&["detach-keys"])?;
    if !(call.switch("attach") || call.switch("interactive")) {
        let mut failed: Vec<String> = Vec::new();
        let exit = call.for_each_argument(|call, name| {
            let started = call.backend.start(name, false, &mut Attached { host: &mut *call.host });
            if started.is_err() {
                failed.push(name.to_owned());
            }
            started?;
            call.print(format!("{name}\n"));
            Ok(())
        })?;
        if !failed.is_empty() && call.backend.version() == api::DockerVersion::V20_10 {
            call.eprint(format!("Error: failed to start containers: {}\n", failed.join(", ")));
        }
        return Ok(exit);
    }
    let [name] = call.args() else {
        return Err(Failure::client("you cannot start and attach multiple containers at once"));
    };
    let name = name.clone();
    let has_tty = call.backend.inspect_container(&name).is_ok_and(|container| container.config.tty);
    let raw = has_tty && call.host.stdin_is_terminal();
    let reply = attached(call, &name, true, raw)?;
    Ok(exit_status(reply.status))
}

/// Refuses where docker's client has no terminal to give.
pub(super) fn needs_terminal(call: &Call<'_>) -> Result<(), Failure> {
    match call.host.stdin_is_terminal() {
        true => Ok(()),
        false => Err(Failure::client("the input device is not a TTY")),
    }
}

/// Starts a container; one with a terminal of its own has the host's leave echo and signal keys to it meanwhile.
pub(crate) fn attached(
    call: &mut Call<'_>,
    name: &str,
    attach: bool,
    raw: bool,
) -> Result<StartReply, ApiError> {
    with_terminal(call, raw, |call| call.backend.start(name, attach, &mut Attached { host: &mut *call.host }))
}

/// Runs a part of a call with the host's terminal raw, if `raw` says so.
pub(crate) fn with_terminal<'c, T>(
    call: &mut Call<'c>,
    raw: bool,
    part: impl FnOnce(&mut Call<'c>) -> T,
) -> T {
    if raw {
        call.host.set_raw(true);
    }
    let result = part(call);
    if raw {
        call.host.set_raw(false);
    }
    result
}

/// The exit status of docker for that of a container's first process.
pub(crate) fn exit_status(status: Option<i32>) -> u8 {
    status.map_or(0, |status| u8::try_from(status & 0xff).unwrap_or(1))
}

/// The terminal, attached to a container; build events do not occur.
pub(crate) struct Attached<'a> {
    pub(crate) host: &'a mut dyn Host,
}

impl Io for Attached<'_> {
    fn event(&mut self, _event: &Event) {}

    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        self.host.write(stream, bytes);
    }

    fn poll(&mut self) -> Option<Input> {
        self.host.poll_input()
    }

    fn wait(&mut self) -> Input {
        self.host.wait_input()
    }
}
