use api::{ApiError, DockerVersion, ErrorKind};

use super::{
    BASE,
    create::create,
    create_flags::FLAGS,
    start::{attached, exit_status},
};
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::{Failure, daemon_text},
};

pub(crate) const COMMAND: Command = Command {
    names: &["run", "container run"],
    usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
    summary: "Run a command in a new container",
    args: ArgRule::AtLeast(1),
    interspersed: false,
    flags: FLAGS,
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    if call.switch("detach") && call.switch("rm") && !call.matches.list("attach").is_empty() {
        return Err(Failure::client("Conflicting options: -a and -d"));
    }
    let detached = call.switch("detach");
    let attached_to = call.matches.list("attach");
    let asks = match attached_to.is_empty() {
        true => call.switch("interactive"),
        false => attached_to.iter().any(|stream| stream.eq_ignore_ascii_case("stdin")),
    };
    if !detached && asks && call.switch("tty") {
        super::start::needs_terminal(call)?;
    }
    let id = create(call).map_err(in_run)?;
    let raw = call.switch("tty") && !detached && call.host.stdin_is_terminal();
    let started = attached(call, &id.to_string(), !detached, raw);
    let (version, now) = (call.backend.version(), call.backend.now());
    // The client waits for the container meanwhile, and tells when that comes to nothing.
    let waits = !detached && !call.switch("rm");
    let reply = started.map_err(|error| match (version, error.kind) {
        (DockerVersion::V20_10, kind) if kind != ErrorKind::NotSimulated => {
            // What goes wrong at the start has no hint at the help.
            let text = daemon_text(&error);
            let mut message = format!("docker: {}.", text.trim_end_matches('.'));
            if waits {
                let time = super::version::rfc3339(now);
                message += &format!(
                    "\ntime=\"{time}\" level=error msg=\"error waiting for container: context canceled\""
                );
            }
            Failure::Client { message, exit: status(&error) }
        }
        _ => in_run(Failure::Daemon(error)),
    })?;
    if detached {
        call.print(format!("{id}\n"));
        return Ok(0);
    }
    Ok(exit_status(reply.status))
}

/// `docker run` says who speaks, and has exit statuses of its own: 126 and 127 for a command that cannot be run, else 125.
fn in_run(failure: Failure) -> Failure {
    let Failure::Daemon(error) = failure else { return failure };
    let text = match error.kind {
        ErrorKind::NotSimulated => daemon_text(&error),
        _ => format!("docker: {}.\nSee 'docker run --help'.", daemon_text(&error).trim_end_matches('.')),
    };
    Failure::Client { message: text, exit: status(&error) }
}

fn status(error: &ApiError) -> u8 {
    let text = &error.message;
    match error.exit_code {
        Some(code) => exit_status(Some(code)),
        None if text.contains("executable file not found") || text.contains("no such file or directory") => {
            127
        }
        None if text.contains("permission denied") || text.contains("is a directory") => 126,
        None => 125,
    }
}
