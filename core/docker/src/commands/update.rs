use api::{ErrorKind, UpdateRequest};

use super::{BASE, create_flags::number, health_flags, host_flags};
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
            kind: FlagKind::Checked(host_flags::check_swap),
            help: "Taken with --memory; there is no swap here",
        },
        text("restart", None, "When it starts again: no, always, unless-stopped, on-failure[:N]"),
        number("blkio-weight", "Discarded: there is no such weight"),
        number("cpu-period", "Period of its processor time (recorded)"),
        number("cpu-quota", "Processor time in a period (recorded)"),
        number("cpu-rt-period", "Period in real time (recorded)"),
        number("cpu-rt-runtime", "Time in a period in real time (recorded)"),
        Flag {
            long: "cpu-shares",
            short: Some('c'),
            kind: FlagKind::Number { default: 0 },
            help: "Its weight among others (recorded)",
        },
        Flag {
            long: "cpus",
            short: None,
            kind: FlagKind::Checked(host_flags::check_processors),
            help: "How many processors it may use (recorded)",
        },
        text("cpuset-cpus", None, "Which processors it may use: there is processor 0"),
        text("cpuset-mems", None, "Which memory nodes it may use: there is node 0"),
        Flag {
            long: "kernel-memory",
            short: None,
            kind: FlagKind::Checked(health_flags::check_size),
            help: "Memory of the kernel for it (recorded)",
        },
        Flag {
            long: "memory-reservation",
            short: None,
            kind: FlagKind::Checked(health_flags::check_size),
            help: "Soft limit of its memory (recorded)",
        },
        number("pids-limit", "How many processes it may have, from its next start on"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let restart =
        call.matches.text("restart").map(health_flags::restart).transpose().map_err(Failure::client)?;
    let memory = call.matches.text("memory").and_then(health_flags::size);
    let recorded = host_flags::recorded(&call.matches).map_err(Failure::client)?;
    let request = UpdateRequest { restart, memory, recorded };
    let weight = call.matches.is_set("blkio-weight");
    if request == UpdateRequest::default() && !weight {
        return Err(Failure::client("you must provide one or more flags when using this command"));
    }
    let exit = call.for_each_argument(|call, name| {
        call.backend.update(name, &request).map_err(|error| match error.kind {
            ErrorKind::NotFound => {
                Failure::client(format!("Error response from daemon: No such container: {name}"))
            }
            _ => error.into(),
        })?;
        call.print(format!("{name}\n"));
        Ok(())
    })?;
    if weight {
        call.eprint(format!("{}\n", host_flags::NO_WEIGHT));
    }
    if request.recorded.contains_key("KernelMemory") {
        let text =
            "Specifying a kernel memory limit is deprecated and will be removed in a future release.\n";
        call.eprint(text);
    }
    Ok(exit)
}
