use api::Stream;

use super::BASE;
use crate::{
    Command, HostErrorKind,
    command::{ArgRule, Call},
    failure::Failure,
    flags::text,
};

pub(crate) const COMMAND: Command = Command {
    names: &["save", "image save"],
    usage: "[OPTIONS] IMAGE [IMAGE...]",
    summary: "Write images as a tar archive",
    args: ArgRule::AtLeast(1),
    flags: &[text("output", Some('o'), "Write to a file")],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let output = call.matches.text("output").map(str::to_owned);
    if output.is_none() && call.host.is_terminal(Stream::Stdout) {
        return Err(Failure::client("cowardly refusing to save to a terminal. Use the -o flag or redirect"));
    }
    if let Some(path) = &output {
        check_output(call, path, "failed to save image")?;
    }
    let archive = call.backend.save_images(&call.matches.args)?;
    match output {
        Some(path) => call.host.write_file(&path, &archive)?,
        None => call.host.write(Stream::Stdout, &archive),
    }
    Ok(0)
}

/// Whether there is a folder to write a file to.
pub(super) fn check_output(call: &Call<'_>, path: &str, what: &str) -> Result<(), Failure> {
    let folder = path.rsplit_once('/').map(|(folder, _)| folder).filter(|folder| !folder.is_empty());
    match folder {
        Some(folder)
            if call.host.metadata(folder).is_err_and(|error| error.kind == HostErrorKind::NotFound) =>
        {
            let message = format!("{what}: invalid output path: directory \"{folder}\" does not exist");
            Err(Failure::client(message))
        }
        _ => Ok(()),
    }
}
