use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
};

pub(crate) const COMMAND: Command = Command {
    names: &["tag", "image tag"],
    usage: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
    summary: "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
    args: ArgRule::Exactly(2),
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let (source, target) = (call.args()[0].clone(), call.args()[1].clone());
    oci::Reference::parse_normalized(&target).map_err(|error| {
        Failure::client(format!("Error parsing reference: {target:?} is not a valid repository/tag: {error}"))
    })?;
    call.backend.tag(&source, &target)?;
    Ok(0)
}
