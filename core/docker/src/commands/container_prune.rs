use api::ContainerSummary;

use super::{BASE, prune::confirmed};
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
        list("filter", None, "Keep what does not meet a condition (label=)"),
        switch("force", Some('f'), "Do not ask"),
    ],
    run,
    ..BASE
};

const WARNING: &str =
    "WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ";

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let keep = keep(&super::images::filters(call.matches.list("filter"))?)?;
    if !confirmed(call, WARNING)? {
        return Ok(0);
    }
    let pruned = call.backend.prune_containers(&*keep)?;
    let mut text = String::new();
    if !pruned.removed.is_empty() {
        text = format!("Deleted Containers:\n{}\n\n", pruned.removed.join("\n"));
    }
    call.print(text + &format!("Total reclaimed space: {}\n", human_size(pruned.reclaimed)));
    Ok(0)
}

/// Says of a container whether it is spared.
pub(super) type Keep = Box<dyn Fn(&ContainerSummary) -> bool>;

/// Which containers the conditions spare.
pub(super) fn keep(filters: &[(String, String)]) -> Result<Keep, Failure> {
    let mut labels = Vec::new();
    for (key, value) in filters {
        match key.as_str() {
            "label" => labels.push((value.clone(), true)),
            "label!" => labels.push((value.clone(), false)),
            "until" => return Err(Failure::client("glasshull: the filter until is not simulated here")),
            _ => {
                let text = format!("Error response from daemon: Invalid filter '{key}'");
                return Err(Failure::client(text));
            }
        }
    }
    Ok(Box::new(move |container| {
        labels.iter().any(|(wanted, has)| {
            let is = |(key, value): &(String, String)| key == wanted || format!("{key}={value}") == *wanted;
            container.labels.iter().any(is) != *has
        })
    }))
}
