use api::{ErrorKind, UpdateRequest};

use super::{BASE, health_flags};
use crate::{
    Command, Flag, FlagKind,
    command::{ArgRule, Call},
    failure::Failure,
    flags::text,
};

pub(crate) const COMMAND: Command = Command {
    names: &["update", "container update"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    summary: "Update configuration of one or more containers",
    args: ArgRule::AtLeast(1),
    flags: &[
        Flag {
            long: "memory",
            short: Some('m'),
            kind: FlagKind::Checked(health_flags::check_size),
            help: "Memory that it may take, from its next start on",
        },
        Flag {
            long: "memory-swap",
            short: None,
            kind: FlagKind::Checked(health_flags::check_size),
            help: "Taken with --memory; there is no swap here",
        },
        text("restart", None, "When it starts again: no, always, unless-stopped, on-failure[:N]"),
        text("cpus", None, "Not simulated"),
        text("cpu-shares", Some('c'), "Not simulated"),
        text("pids-limit", None, "Not simulated"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    call.refuse(&["cpus", "cpu-shares", "pids-limit"])?;
    let restart =
        call.matches.text("restart").map(health_flags::restart).transpose().map_err(Failure::client)?;
    let request = UpdateRequest { restart, memory: call.matches.text("memory").and_then(health_flags::size) };
    if request == UpdateRequest::default() {
        return Err(Failure::client("you must provide one or more flags when using this command"));
    }
    call.for_each_argument(|call, name| {
        call.backend.update(name, &request).map_err(|error| match error.kind {
            ErrorKind::NotFound => {
                Failure::client(format!("Error response from daemon: No such container: {name}"))
            }
            _ => error.into(),
        })?;
        call.print(format!("{name}\n"));
        Ok(())
    })
}
