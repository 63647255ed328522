use api::Stream;

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    context,
    failure::Failure,
    flags::text,
};

pub(crate) const COMMAND: Command = Command {
    names: &["export", "container export"],
    usage: "[OPTIONS] CONTAINER",
    summary: "Write a container's file system as a tar archive",
    args: ArgRule::Exactly(1),
    flags: &[text("output", Some('o'), "Write to a file")],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let name = call.args()[0].clone();
    let output = call.matches.text("output").map(str::to_owned);
    if output.is_none() && call.host.is_terminal(Stream::Stdout) {
        return Err(Failure::client("cowardly refusing to save to a terminal. Use the -o flag or redirect"));
    }
    if let Some(path) = &output {
        super::save::check_output(call, path, "failed to export container")?;
    }
    let tree = call.backend.export(&name)?;
    let bytes = context::pack(&tree).map_err(|error| Failure::client(error.to_string()))?;
    match output {
        Some(path) => call.host.write_file(&path, &bytes)?,
        None => call.host.write(Stream::Stdout, &bytes),
    }
    Ok(0)
}
