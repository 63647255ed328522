use super::BASE;
use crate::{
    Command, Flag, FlagKind,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{list, text},
};

pub(crate) const COMMAND: Command = Command {
    names: &["commit", "container commit"],
    usage: "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
    summary: "Make an image of a container's changes",
    args: ArgRule::Between(1, 2),
    flags: &[
        text("author", Some('a'), "Who made it"),
        list("change", Some('c'), "Apply a Dockerfile instruction to the image"),
        text("message", Some('m'), "Set the commit message"),
        Flag {
            long: "pause",
            short: Some('p'),
            kind: FlagKind::Switch { default: true },
            help: "Pause the container meanwhile: no time passes here",
        },
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let container = call.args()[0].clone();
    let reference = call.args().get(1).filter(|name| !name.is_empty()).cloned();
    if let Some(name) = &reference {
        oci::Reference::parse_normalized(name).map_err(|error| Failure::client(error.to_string()))?;
    }
    let author = call.matches.text("author").unwrap_or_default().to_owned();
    let message = call.matches.text("message").unwrap_or_default().to_owned();
    let changes = call.matches.list("change").to_vec();
    let id = call.backend.commit(&container, reference.as_deref(), &author, &message, &changes)?;
    call.print(format!("{id}\n"));
    Ok(0)
}
