//! The builder itself: `docker builder prune`, and `docker buildx` but for its builds.

use api::{CacheKind, CacheRecord, DockerVersion};
use serde_json::{Value, json};

use super::{BASE, conditions::Conditions, health_flags};
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{checked, list, switch, text},
    human_duration, human_size,
    listing::Listing,
};

pub(crate) const PRUNE: Command = Command {
    names: &["builder prune", "buildx prune"],
    summary: "Remove build cache",
    flags: &[
        switch("all", Some('a'), "Remove what images have too"),
        list("filter", None, "Keep what does not meet a condition (until=, type=, id=, shared, private)"),
        switch("force", Some('f'), "Do not ask"),
        checked("keep-storage", None, health_flags::check_size, "Bytes that may stay"),
    ],
    run: prune,
    ..BASE
};

pub(crate) const DU: Command =
    Command { names: &["buildx du"], summary: "Disk usage", flags: &[BUILDER], run: usage, ..BASE };

pub(crate) const LS: Command = Command {
    names: &["buildx ls"],
    summary: "List builder instances",
    flags: &[text("format", None, "Print each row by a Go template")],
    run: ls,
    ..BASE
};

pub(crate) const INSPECT: Command = Command {
    names: &["buildx inspect"],
    usage: "[NAME]",
    summary: "Inspect current builder instance",
    args: ArgRule::AtMost(1),
    flags: &[switch("bootstrap", None, "Start it first"), BUILDER],
    run: inspect,
    ..BASE
};

pub(crate) const USE: Command = Command {
    names: &["buildx use"],
    usage: "[OPTIONS] NAME",
    summary: "Set the current builder instance",
    args: ArgRule::Exactly(1),
    flags: &[switch("default", None, "Of this context"), switch("global", None, "In all contexts")],
    run: choose,
    ..BASE
};

pub(crate) const VERSION: Command =
    Command { names: &["buildx version"], summary: "Show buildx version information", run: version, ..BASE };

const BUILDER: crate::Flag = text("builder", None, "Which builder to use");

/// The one builder there is.
const NAME: &str = "default";
const PLATFORMS: [&str; 4] = ["linux/amd64", "linux/amd64/v2", "linux/amd64/v3", "linux/386"];
const BUILDX: &str =
    "github.com/docker/buildx v0.36.0-54-g461836ba0 461836ba0fcb3e847dab6045a726889faa150bdb\n";
const BUILDKIT: &str = "v0.32.2";

const DANGLING: &str =
    "WARNING! This will remove all dangling build cache. Are you sure you want to continue? [y/N] ";
const ALL: &str = "WARNING! This will remove all build cache. Are you sure you want to continue? [y/N] ";

fn prune(call: &mut Call<'_>) -> Result<u8, Failure> {
    let wanted = Wanted::of(call)?;
    let all = call.switch("all");
    if !super::prune::confirmed(call, if all { ALL } else { DANGLING })? {
        return Ok(0);
    }
    let keep = call.matches.text("keep-storage").and_then(health_flags::size).filter(|keep| *keep > 0);
    let mut left = own_size(&call.backend.build_cache()?);
    let (gone, size) = remove(call, all, &mut |record| {
        let goes = wanted.takes(record) && keep.is_none_or(|keep| left > keep);
        left = left.saturating_sub(if goes { record.size } else { 0 });
        !goes
    })?;
    let text = match call.backend.version() {
        DockerVersion::V20_10 => deleted(&gone) + &format!("Total reclaimed space: {}\n", human_size(size)),
        DockerVersion::V29 => pruned(call, &gone) + &tabbed(&[vec!["Total:".to_owned(), human_size(size)]]),
    };
    call.print(text);
    Ok(0)
}

/// Removes records that `spare` does not spare, and, unless it is to be `all`, that no image has; gives them and their size.
pub(super) fn remove(
    call: &mut Call<'_>,
    all: bool,
    spare: &mut dyn FnMut(&CacheRecord) -> bool,
) -> Result<(Vec<CacheRecord>, u64), Failure> {
    let mut records = call.backend.build_cache()?;
    records.retain(|record| (all || !record.shared) && !spare(record));
    let ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
    let gone = call.backend.prune_build_cache(&ids)?;
    records.retain(|record| gone.contains(&record.id));
    let size = records.iter().map(|record| record.size).sum();
    Ok((records, size))
}

/// What is told of removed records.
pub(super) fn deleted(records: &[CacheRecord]) -> String {
    if records.is_empty() {
        return String::new();
    }
    let ids: String = records.iter().map(|record| format!("{}\n", record.id)).collect();
    format!("Deleted build cache objects:\n{ids}\n")
}

/// The row of `docker system df`.
pub(super) fn usage_row(call: &Call<'_>) -> Result<Value, Failure> {
    let records = call.backend.build_cache()?;
    let size = human_size(own_size(&records));
    Ok(json!({
        "Type": "Build Cache", "TotalCount": records.len().to_string(), "Active": "0", "Size": size,
        "Reclaimable": size,
    }))
}

/// Bytes that the cache alone takes.
fn own_size(records: &[CacheRecord]) -> u64 {
    records.iter().filter(|record| !record.shared).map(|record| record.size).sum()
}

/// `--filter` of a prune.
struct Wanted {
    conditions: Conditions,
    kinds: Vec<String>,
    ids: Vec<String>,
    shared: Option<bool>,
}

impl Wanted {
    fn of(call: &Call<'_>) -> Result<Self, Failure> {
        let given = call.matches.list("filter");
        let (flags, pairs): (Vec<_>, Vec<_>) =
            given.iter().cloned().partition(|filter| ["shared", "private"].contains(&filter.as_str()));
        let mut wanted = Wanted {
            conditions: Conditions::none(),
            kinds: Vec::new(),
            ids: Vec::new(),
            shared: flags.last().map(|flag| flag == "shared"),
        };
        for (key, value) in super::images::filters(&pairs)? {
            match key.as_str() {
                "until" | "unused-for" => wanted.conditions = Conditions::until(call, &value)?,
                "type" => wanted.kinds.push(value),
                "id" => wanted.ids.push(value),
                "shared" => wanted.shared = Some(value != "false"),
                "private" => wanted.shared = Some(value == "false"),
                "parent" | "description" | "inuse" | "mutable" | "immutable" => {
                    return Err(Failure::client(format!("glasshull: the filter {key} is not simulated")));
                }
                _ => {
                    return Err(Failure::client(format!(
                        "Error response from daemon: failed to prune build cache: Invalid filter '{key}'"
                    )));
                }
            }
        }
        Ok(wanted)
    }

    fn takes(&self, record: &CacheRecord) -> bool {
        let is_kind = self.kinds.is_empty() || self.kinds.iter().any(|kind| kind == record.kind.name());
        let is_id = self.ids.is_empty() || self.ids.iter().any(|id| record.id.starts_with(id.as_str()));
        is_kind
            && is_id
            && self.shared.is_none_or(|shared| shared == record.shared)
            && !self.conditions.spare(&[], record.created)
    }
}

fn usage(call: &mut Call<'_>) -> Result<u8, Failure> {
    check_builder(call, call.matches.text("builder"))?;
    let records = call.backend.build_cache()?;
    let mut rows = vec![header()];
    rows.extend(records.iter().map(|record| row(call, record)));
    let (total, own): (u64, u64) = (records.iter().map(|record| record.size).sum(), own_size(&records));
    let mut sums = vec![("Reclaimable:", total), ("Total:", total)];
    if total > own {
        sums.splice(0..0, [("Shared:", total - own), ("Private:", own)]);
    }
    let sums: Vec<Vec<String>> =
        sums.into_iter().map(|(name, size)| vec![name.to_owned(), human_size(size)]).collect();
    call.print(tabbed(&rows) + &tabbed(&sums));
    Ok(0)
}

/// What buildx tells of a prune: the first record with the header, each further one as it goes.
fn pruned(call: &Call<'_>, records: &[CacheRecord]) -> String {
    let mut text = String::new();
    for (at, record) in records.iter().enumerate() {
        let row = row(call, record);
        text += &tabbed(&if at == 0 { vec![header(), row] } else { vec![row] });
    }
    text
}

fn header() -> Vec<String> {
    ["ID", "RECLAIMABLE", "SIZE", "LAST ACCESSED"].map(str::to_owned).to_vec()
}

fn row(call: &Call<'_>, record: &CacheRecord) -> Vec<String> {
    let mark = if record.kind == CacheKind::Regular { "" } else { "*" };
    vec![
        format!("{:<40}", format!("{}{mark}", record.id)),
        "true ".to_owned(),
        format!("{:<10}", human_size(record.size)),
        format!("{} ago", human_duration(record.created, call.backend.now())),
    ]
}

/// Columns as Go's tabwriter puts them, with tabs between stops of eight letters.
fn tabbed(rows: &[Vec<String>]) -> String {
    const STOP: usize = 8;
    let width = |column: usize| {
        let widest = rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
        (widest + 1).div_ceil(STOP) * STOP
    };
    let line = |row: &Vec<String>| {
        let mut text = String::new();
        for (column, cell) in row.iter().enumerate() {
            text += cell;
            if column + 1 < row.len() {
                text += &"\t".repeat((width(column) - cell.len()).div_ceil(STOP));
            }
        }
        text + "\n"
    };
    rows.iter().map(line).collect()
}

const LISTING: Listing = Listing {
    headers: &[
        ("Name", "NAME/NODE"),
        ("DriverEndpoint", "DRIVER/ENDPOINT"),
        ("Status", "STATUS"),
        ("Buildkit", "BUILDKIT"),
        ("Platforms", "PLATFORMS"),
    ],
    default: "{{.Name}}\t{{.DriverEndpoint}}\t{{.Status}}\t{{.Buildkit}}\t{{.Platforms}}",
    type_name: "*commands.lsContext",
    raw: "",
};

fn ls(call: &mut Call<'_>) -> Result<u8, Failure> {
    has_buildx(call)?;
    let builder = json!({
        "Name": format!("{NAME}*"), "DriverEndpoint": "docker", "Status": "", "Buildkit": "", "Platforms": "",
    });
    let node = json!({
        "Name": format!(" \\_ {NAME}"), "DriverEndpoint": format!(" \\_ {NAME}"), "Status": "running",
        "Buildkit": BUILDKIT, "Platforms": "linux/amd64 (+2), linux/386",
    });
    call.print(LISTING.show(call.matches.text("format"), &[builder, node])?);
    Ok(0)
}

fn inspect(call: &mut Call<'_>) -> Result<u8, Failure> {
    let name = call.args().first().cloned();
    check_builder(call, name.as_deref().or_else(|| call.matches.text("builder")))?;
    call.print(format!(
        "Name:   {NAME}\nDriver: docker\n\nNodes:\nName:             {NAME}\nEndpoint:         {NAME}\n\
         Status:           running\nBuildKit version: {BUILDKIT}\nPlatforms:        {}\nLabels:\n \
         org.mobyproject.buildkit.worker.moby.host-gateway-ip: 172.17.0.1\n",
        PLATFORMS.join(", ")
    ));
    Ok(0)
}

fn choose(call: &mut Call<'_>) -> Result<u8, Failure> {
    let name = call.args()[0].clone();
    check_builder(call, Some(&name))?;
    Ok(0)
}

fn version(call: &mut Call<'_>) -> Result<u8, Failure> {
    has_buildx(call)?;
    call.print(BUILDX);
    Ok(0)
}

/// 20.10 as Debian has it comes without the plugin.
fn has_buildx(call: &Call<'_>) -> Result<(), Failure> {
    match call.backend.version() {
        DockerVersion::V29 => Ok(()),
        DockerVersion::V20_10 => {
            Err(Failure::client("docker: 'buildx' is not a docker command.\nSee 'docker --help'"))
        }
    }
}

/// Whether there is a builder of this name.
pub(super) fn check_builder(call: &Call<'_>, name: Option<&str>) -> Result<(), Failure> {
    has_buildx(call)?;
    match name {
        None | Some("" | NAME) => Ok(()),
        Some(other) => Err(Failure::client(format!("ERROR: no builder \"{other}\" found"))),
    }
}
