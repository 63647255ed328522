use api::{ErrorKind, ImageRemoval};

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::switch,
};

pub(crate) const COMMAND: Command = Command {
    names: &["rmi", "image rm", "image remove"],
    usage: "[OPTIONS] IMAGE [IMAGE...]",
    summary: "Remove one or more images",
    args: ArgRule::AtLeast(1),
    flags: &[
        switch("force", Some('f'), "Remove even what containers use or other tags name"),
        switch("no-prune", None, "Keep untagged parents"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let (force, prune) = (call.switch("force"), !call.switch("no-prune"));
    let mut fatal = false;
    let exit = call.for_each_argument(|call, name| match call.backend.remove_image(name, force, prune) {
        Ok(removals) => {
            for removal in removals {
                call.print(line(&removal));
            }
            Ok(())
        }
        Err(error) if error.kind == ErrorKind::NotFound => {
            fatal |= !force;
            Err(Failure::client(format!("Error: No such image: {name}")))
        }
        Err(error) => {
            fatal = true;
            Err(error.into())
        }
    })?;
    Ok(if fatal { exit } else { 0 })
}

/// How docker tells of one removal.
pub(crate) fn line(removal: &ImageRemoval) -> String {
    match removal {
        ImageRemoval::Untagged(name) => format!("Untagged: {name}\n"),
        ImageRemoval::Deleted(id) => format!("Deleted: {id}\n"),
    }
}
