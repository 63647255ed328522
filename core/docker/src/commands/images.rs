use api::{ImageQuery, ImageSummary};
use serde_json::{Value, json};
use vfs::Time;

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{switch, text},
    human_duration, human_size, human_size_precise,
    listing::Listing,
};

pub(crate) const COMMAND: Command = Command {
    names: &["images", "image ls", "image list"],
    usage: "[OPTIONS] [REPOSITORY[:TAG]]",
    summary: "List images",
    args: ArgRule::AtMost(1),
    flags: &[
        switch("all", Some('a'), "Show intermediate images too"),
        switch("digests", None, "Show digests"),
        crate::Flag {
            long: "filter",
            short: Some('f'),
            kind: crate::FlagKind::Checked(check_filter),
            help: "Keep only what meets a condition",
        },
        text("format", None, "Print each row by a Go template"),
        switch("no-trunc", None, "Do not shorten ids"),
        switch("quiet", Some('q'), "Print ids only"),
    ],
    run,
    ..BASE
};

const FIELDS: &[(&str, &str)] = &[
    ("ID", "IMAGE ID"),
    ("Repository", "REPOSITORY"),
    ("Tag", "TAG"),
    ("Digest", "DIGEST"),
    ("CreatedSince", "CREATED"),
    ("CreatedAt", "CREATED AT"),
    ("Size", "SIZE"),
    ("Containers", "CONTAINERS"),
    ("VirtualSize", "SIZE"),
    ("SharedSize", "SHARED SIZE"),
    ("UniqueSize", "UNIQUE SIZE"),
];
const TABLE: &str = "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
const DIGESTS: &str = "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
const RAW: &str = "repository: {{.Repository}}\ntag: {{.Tag}}\nimage_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\n\
                   virtual_size: {{.Size}}\n";
const RAW_DIGESTS: &str = "repository: {{.Repository}}\ntag: {{.Tag}}\ndigest: {{.Digest}}\nimage_id: {{.ID}}\n\
                           created_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n";

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let query = ImageQuery {
        all: call.switch("all"),
        reference: call.args().first().filter(|name| !name.is_empty()).cloned(),
        filters: filters(call.matches.list("filter"))?,
    };
    let images = call.backend.images(&query)?;
    let digests = call.switch("digests");
    let now = call.backend.now();
    let ids = if call.switch("no-trunc") { Ids::Whole } else { Ids::Short };
    let rows: Vec<Value> = images.iter().flat_map(|image| rows(image, digests, ids, now)).collect();
    let (default, raw) = if digests { (DIGESTS, RAW_DIGESTS) } else { (TABLE, RAW) };
    let listing = Listing { headers: FIELDS, default, raw, type_name: "*formatter.imageContext" };
    let format = call.matches.text("format");
    let text = match call.switch("quiet") {
        true => listing.show_quiet(format, "ID", "image_id: ", &rows)?,
        false => listing.show(format, &rows)?,
    };
    call.print(text);
    Ok(0)
}

/// Checks one filter; the complaint is shown after `invalid argument`.
pub(crate) fn check_filter(text: &str) -> Result<(), String> {
    match text.is_empty() || text.contains('=') {
        true => Ok(()),
        false => Err("bad format of filter (expected name=value)".to_owned()),
    }
}

/// The value of a filter that is a switch.
pub(super) fn switch_value(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// Splits `key=value` filters; docker refuses those without a `=`.
pub(crate) fn filters(given: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let split = |filter: &String| {
        let (key, value) = filter.split_once('=')?;
        Some((key.trim().to_lowercase(), value.trim().to_owned()))
    };
    let bad = || Failure::client("bad format of filter (expected name=value)");
    given.iter().filter(|filter| !filter.is_empty()).map(|filter| split(filter).ok_or_else(bad)).collect()
}

#[derive(Clone, Copy)]
enum Ids {
    Short,
    Whole,
}

/// One row for each tag, or with digests for each digest of each repository; one with `<none>` when there is neither.
fn rows(image: &ImageSummary, digests: bool, ids: Ids, now: Time) -> Vec<Value> {
    let none = || "<none>".to_owned();
    let mut names: Vec<(String, String, String)> = Vec::new();
    for repo_tag in &image.repo_tags {
        let (repository, tag) = split_tag(repo_tag);
        let of_repository = image.repo_digests.iter().filter_map(|digest| digest.split_once('@'));
        let mut digest =
            of_repository.filter(|(name, _)| *name == repository).map(|(_, digest)| digest.to_owned());
        names.push((repository.to_owned(), tag.to_owned(), digest.next().unwrap_or_else(none)));
    }
    if names.is_empty() {
        let by_digest = image.repo_digests.iter().filter_map(|digest| digest.split_once('@'));
        names
            .extend(by_digest.map(|(repository, digest)| (repository.to_owned(), none(), digest.to_owned())));
        if !digests {
            names.dedup_by(|left, right| left.0 == right.0);
        }
    }
    if names.is_empty() {
        names.push((none(), none(), none()));
    }
    names
        .into_iter()
        .map(|(repository, tag, digest)| row(image, &repository, &tag, &digest, ids, now))
        .collect()
}

fn split_tag(repo_tag: &str) -> (&str, &str) {
    repo_tag.rsplit_once(':').unwrap_or((repo_tag, "<none>"))
}

fn row(image: &ImageSummary, repository: &str, tag: &str, digest: &str, ids: Ids, now: Time) -> Value {
    let id = match ids {
        Ids::Short => image.id.short(),
        Ids::Whole => image.id.to_string(),
    };
    let size = human_size_precise(image.size, 3);
    json!({
        "ID": id, "Repository": repository, "Tag": tag, "Digest": digest,
        "CreatedSince": format!("{} ago", human_duration(image.created, now)),
        "CreatedAt": super::version::local_time(image.created),
        "Size": size, "VirtualSize": human_size(image.size), "Containers": "N/A", "SharedSize": "N/A", "UniqueSize": "N/A",
    })
}
