use std::time::Duration;

use api::StatsRow;
use serde_json::{Value, json};

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{switch, text},
    listing::Listing,
    units::bytes_size,
};

pub(crate) const COMMAND: Command = Command {
    names: &["stats", "container stats"],
    usage: "[OPTIONS] [CONTAINER...]",
    summary: "Display what containers use of the simulated machine",
    args: ArgRule::AtLeast(0),
    flags: &[
        switch("all", Some('a'), "Show stopped ones too"),
        text("format", None, "Print each row by a Go template"),
        switch("no-stream", None, "Show one result and end"),
        switch("no-trunc", None, "Do not shorten ids"),
    ],
    run,
    ..BASE
};

const LISTING: Listing = Listing {
    headers: &[
        ("Container", "CONTAINER"),
        ("ID", "CONTAINER ID"),
        ("Name", "NAME"),
        ("CPUPerc", "CPU %"),
        ("MemUsage", "MEM USAGE / LIMIT"),
        ("MemPerc", "MEM %"),
        ("NetIO", "NET I/O"),
        ("BlockIO", "BLOCK I/O"),
        ("PIDs", "PIDS"),
    ],
    default: "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}",
    raw: "",
    type_name: "*container.statsContext",
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    if call.switch("no-stream") {
        let (text, _) = frame(call)?;
        call.print(text);
        return Ok(0);
    }
    for _ in 0..FRAMES {
        let (text, runs) = frame(call)?;
        // Docker clears the screen, wherever it writes to.
        call.print("\x1b[2J\x1b[H");
        call.print(text);
        if !runs || call.host.poll_input().is_some() {
            return Ok(0);
        }
        call.backend.pass(SECOND)?;
    }
    Err(Failure::client(format!(
        "glasshull: docker stats would go on for ever; it ends here after {FRAMES} seconds"
    )))
}

/// How often a stream is shown.
const SECOND: Duration = Duration::from_secs(1);
/// After how many times it ends where nobody ends it.
const FRAMES: usize = 60;

/// The text of one result, and whether a container runs that could change it.
fn frame(call: &mut Call<'_>) -> Result<(String, bool), Failure> {
    let names = call.args().to_vec();
    let all = call.switch("all") || !names.is_empty();
    let stats = call.backend.stats(&names, all)?;
    let whole = call.switch("no-trunc");
    let rows: Vec<Value> = stats.iter().map(|stats| row(stats, whole)).collect();
    let text = LISTING.show(call.matches.text("format"), &rows)?;
    Ok((text, stats.iter().any(|stats| stats.processes > 0)))
}

fn row(stats: &StatsRow, whole: bool) -> Value {
    let id = stats.id.map(|id| if whole { id.to_string() } else { id.short() }).unwrap_or_default();
    let hundredths = match stats.memory_limit {
        0 => 0,
        limit => stats.memory.saturating_mul(10_000) / limit,
    };
    let percent = |hundredths: u64| format!("{}.{:02}%", hundredths / 100, hundredths % 100);
    json!({
        "Container": id, "ID": id, "Name": stats.name,
        "CPUPerc": percent(stats.cpu),
        "MemUsage": format!("{} / {}", bytes_size(stats.memory), bytes_size(stats.memory_limit)),
        "MemPerc": percent(hundredths),
        "NetIO": "0B / 0B", "BlockIO": "0B / 0B", "PIDs": stats.processes.to_string(),
    })
}
