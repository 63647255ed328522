use bstr::ByteSlice;
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{human, say, stream, usage};

pub(crate) const USAGE: &str = "[-bkmgh]

Show how much memory there is, is used and is free";

const OPTIONS: Options = Options::new(USAGE, "bkmgh").short_only();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let Ok(opts) = OPTIONS.read(p.args()) else { return Err(usage::misuse(p, USAGE, 1).await) };
    let text = stream::read_operand(p, "/proc/meminfo".into()).await.unwrap_or_default();
    let kib = |key: &str| {
        let line = text.lines().find(|line| line.starts_with_str(key)).unwrap_or_default();
        line.to_str_lossy().split_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0)
    };
    let shown = |kib: u64| match opts.last_of(&['b', 'k', 'm', 'g', 'h']) {
        Some('b') => (kib * 1024).to_string(),
        Some('m') => (kib / 1024).to_string(),
        Some('g') => (kib / 1024 / 1024).to_string(),
        Some('h') => human::human(kib * 1024),
        _ => kib.to_string(),
    };
    let (total, free, available) = (kib("MemTotal:"), kib("MemFree:"), kib("MemAvailable:"));
    let cache = kib("Buffers:") + kib("Cached:") + kib("SReclaimable:");
    let used = total.saturating_sub(free + cache);
    let (swap, swap_free) = (kib("SwapTotal:"), kib("SwapFree:"));
    let row = |label: &str, values: &[u64]| {
        let cells: Vec<String> = values.iter().map(|value| format!("{:>11}", shown(*value))).collect();
        format!("{label:<7}{}\n", cells.join(" "))
    };
    let mut table =
        String::from("              total        used        free      shared  buff/cache   available\n");
    table += &row("Mem:", &[total, used, free, kib("Shmem:"), cache, available]);
    table += &row("Swap:", &[swap, swap - swap_free.min(swap), swap_free]);
    say::print(p, table).await?;
    Ok(Exit(0))
}
