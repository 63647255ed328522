use api::ExecRequest;

use super::{
    BASE,
    start::{Attached, exit_status, with_terminal},
};
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{list, switch, text},
};

pub(crate) const COMMAND: Command = Command {
    names: &["exec", "container exec"],
    usage: "[OPTIONS] CONTAINER COMMAND [ARG...]",
    summary: "Run a command in a running container",
    args: ArgRule::AtLeast(2),
    interspersed: false,
    flags: &[
        switch("detach", Some('d'), "Leave it running"),
        text("detach-keys", None, "Keys that leave it running; these cannot be changed here"),
        list("env", Some('e'), "Set an environment variable"),
        list("env-file", None, "Set the environment variables of a file"),
        switch("interactive", Some('i'), "Pass standard input on"),
        switch("privileged", None, "Give it all capabilities"),
        switch("tty", Some('t'), "Give it a terminal"),
        text("user", Some('u'), "User (or uid) and group (or gid)"),
        text("workdir", Some('w'), "Working directory"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    call.refuse(&["detach-keys"])?;
    let (detach, stdin, tty) = (call.switch("detach"), call.switch("interactive"), call.switch("tty"));
    let has_terminal = call.host.stdin_is_terminal();
    let found = call.backend.inspect_container(&call.args()[0].clone());
    found.map_err(|error| super::rm::container_failure(error, &call.args()[0]))?;
    if stdin && tty && !detach {
        super::start::needs_terminal(call)?;
    }
    let (container, command) = call.args().split_first().ok_or_else(|| Failure::client("no container"))?;
    let text = |long: &str| call.matches.text(long).unwrap_or_default().to_owned();
    let request = ExecRequest {
        container: container.clone(),
        command: command.to_vec(),
        env: super::create::environment(call)?,
        privileged: call.switch("privileged"),
        user: text("user"),
        working_dir: text("workdir"),
        stdin: stdin && !detach,
        tty,
        detach,
    };
    let raw = tty && !detach && has_terminal;
    let reply =
        with_terminal(call, raw, |call| call.backend.exec(&request, &mut Attached { host: &mut *call.host }));
    match reply {
        Ok(reply) => Ok(exit_status(reply.status)),
        // What runc says comes over the stream of the process that it was to start.
        Err(error) if error.exit_code == Some(126) => {
            call.print(format!("{}\n", error.message));
            Ok(126)
        }
        Err(error) if error.message.starts_with("No such container") => {
            Err(Failure::client(format!("Error: {}", error.message)))
        }
        Err(error) => Err(error.into()),
    }
}
