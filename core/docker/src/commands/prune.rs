use api::ImageRemoval;

use super::{BASE, conditions::Conditions};
use crate::{Command, command::Call, failure::Failure, flags::switch, human_size};

pub(crate) const COMMAND: Command = Command {
    names: &["image prune"],
    usage: "[OPTIONS]",
    summary: "Remove unused images",
    flags: &[
        switch("all", Some('a'), "Remove every image that no container uses, not only dangling ones"),
        crate::flags::list("filter", None, "Keep what does not meet a condition (label=, until=, dangling=)"),
        switch("force", Some('f'), "Do not ask"),
    ],
    run,
    ..BASE
};

const DANGLING: &str =
    "WARNING! This will remove all dangling images.\nAre you sure you want to continue? [y/N] ";
const ALL: &str = "WARNING! This will remove all images without at least one container associated to them.\n\
                   Are you sure you want to continue? [y/N] ";

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let conditions = Conditions::of(call, &["label", "label!", "until", "dangling"])?;
    let is_all = |filter: &String| ["dangling=false", "dangling=0"].contains(&filter.as_str());
    let all = call.switch("all") || call.matches.list("filter").iter().any(is_all);
    if !confirmed(call, if all { ALL } else { DANGLING })? {
        return Ok(0);
    }
    let report = call.backend.prune_images(all, &|image| conditions.spare(&image.labels, image.created))?;
    let mut text = String::new();
    if !report.removed.is_empty() {
        text += "Deleted Images:\n";
        for removal in &report.removed {
            text += &match removal {
                ImageRemoval::Untagged(name) => format!("untagged: {name}\n"),
                ImageRemoval::Deleted(id) => format!("deleted: {id}\n"),
            };
        }
        text.push('\n');
    }
    call.print(text + &format!("Total reclaimed space: {}\n", human_size(report.reclaimed)));
    Ok(0)
}

/// Whether the user goes on after a warning, or has said so by `--force`. Whoever does not has reclaimed nothing.
pub(super) fn confirmed(call: &mut Call<'_>, warning: &str) -> Result<bool, Failure> {
    if call.switch("force") {
        return Ok(true);
    }
    let goes_on = call.agrees(warning)?;
    if !goes_on {
        call.print("Total reclaimed space: 0B\n");
    }
    Ok(goes_on)
}
