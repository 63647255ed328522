use api::ErrorKind;

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::switch,
};

pub(crate) const COMMAND: Command = Command {
    names: &["rm", "container rm", "container remove"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    summary: "Remove one or more containers",
    args: ArgRule::AtLeast(1),
    flags: &[
        switch("force", Some('f'), "Kill a running container first"),
        switch("link", Some('l'), "Remove a link: not simulated"),
        switch("volumes", Some('v'), "Remove its anonymous volumes too"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let (force, volumes) = (call.switch("force"), call.switch("volumes"));
    let link = call.switch("link");
    call.for_each_argument(|call, name| {
        if name.trim_matches('/').is_empty() {
            return Err(Failure::client("Container name cannot be empty"));
        }
        if link {
            call.backend.inspect_container(name).map_err(|error| container_failure(error, name))?;
            if !name.trim_start_matches('/').contains('/') {
                let text = "Error response from daemon: Conflict, cannot remove the default link name of the container";
                return Err(Failure::client(text));
            }
            return Err(Failure::client("glasshull: the flag --link is not simulated"));
        }
        match call.backend.remove_container(name, force, volumes) {
            // Docker's client takes it for done, and says so all the same.
            Err(error) if error.kind == ErrorKind::NotFound && force => {
                call.eprint(format!("Error: No such container: {name}\n"));
                return Ok(());
            }
            removed => removed.map_err(|error| container_failure(error, name))?,
        }
        call.print(format!("{name}\n"));
        Ok(())
    })
}

/// Docker's client says `Error: No such container` itself.
pub(crate) fn container_failure(error: api::ApiError, name: &str) -> Failure {
    match error.kind {
        ErrorKind::NotFound => Failure::client(format!("Error: No such container: {name}")),
        _ => error.into(),
    }
}
