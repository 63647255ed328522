use super::{BASE, conditions::Conditions, prune::confirmed};
use crate::{
    Command,
    command::Call,
    failure::Failure,
    flags::{list, switch},
    human_size,
};

pub(crate) const COMMAND: Command = Command {
    names: &["container prune"],
    usage: "[OPTIONS]",
    summary: "Remove all stopped containers",
    flags: &[
        list("filter", None, "Keep what does not meet a condition (label=, until=)"),
        switch("force", Some('f'), "Do not ask"),
    ],
    run,
    ..BASE
};

const WARNING: &str =
    "WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ";

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let conditions = Conditions::of(call, &["label", "label!", "until"])?;
    if !confirmed(call, WARNING)? {
        return Ok(0);
    }
    let pruned = call.backend.prune_containers(&|found| conditions.spare(&found.labels, found.created))?;
    let mut text = String::new();
    if !pruned.removed.is_empty() {
        text = format!("Deleted Containers:\n{}\n\n", pruned.removed.join("\n"));
    }
    call.print(text + &format!("Total reclaimed space: {}\n", human_size(pruned.reclaimed)));
    Ok(0)
}
