use api::HistoryRow;
use serde_json::{Value, json};
use vfs::Time;

use super::BASE;
use crate::{
    Command, Flag, FlagKind,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{switch, text},
    human_duration, human_size_precise,
    listing::Listing,
    table::ellipsis,
};

pub(crate) const COMMAND: Command = Command {
    names: &["history", "image history"],
    usage: "[OPTIONS] IMAGE",
    summary: "Show the history of an image",
    args: ArgRule::Exactly(1),
    flags: &[
        text("format", None, "Print each row by a Go template"),
        Flag {
            long: "human",
            short: Some('H'),
            kind: FlagKind::Switch { default: true },
            help: "Print sizes and dates for people",
        },
        switch("no-trunc", None, "Do not shorten anything"),
        switch("quiet", Some('q'), "Print ids only"),
    ],
    run,
    ..BASE
};

const LISTING: Listing = Listing {
    headers: &[
        ("ID", "IMAGE"),
        ("CreatedSince", "CREATED"),
        ("CreatedAt", "CREATED AT"),
        ("CreatedBy", "CREATED BY"),
        ("Size", "SIZE"),
        ("Comment", "COMMENT"),
    ],
    default: "{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}",
    raw: "",
    type_name: "*image.historyContext",
};
/// Characters of CREATED BY and COMMENT in a table.
const CUT: usize = 45;

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let image = call.args()[0].clone();
    let history = call.backend.history(&image)?;
    let (whole, human, now) = (call.switch("no-trunc"), call.switch("human"), call.backend.now());
    let rows: Vec<Value> = history.iter().map(|entry| row(entry, whole, human, now)).collect();
    let text = if call.switch("quiet") {
        rows.iter().filter_map(|row| row["ID"].as_str()).map(|id| format!("{id}\n")).collect()
    } else {
        LISTING.show(call.matches.text("format"), &rows)?
    };
    call.print(text);
    Ok(0)
}

fn row(entry: &HistoryRow, whole: bool, human: bool, now: Time) -> Value {
    let id = match &entry.id {
        None => "<missing>".to_owned(),
        Some(id) if whole => id.to_string(),
        Some(id) => id.short(),
    };
    let created_by = entry.created_by.replace('\t', " ");
    let created_at = super::version::rfc3339(entry.created);
    let since =
        if human { format!("{} ago", human_duration(entry.created, now)) } else { created_at.clone() };
    let size = if human { human_size_precise(entry.size, 3) } else { entry.size.to_string() };
    json!({
        "ID": id, "CreatedSince": since, "CreatedAt": created_at, "Size": size, "Comment": entry.comment,
        "CreatedBy": if whole { created_by } else { ellipsis(&created_by, CUT) },
    })
}
