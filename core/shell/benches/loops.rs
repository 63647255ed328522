//! Loops beside the real dash and busybox ash, in one run: seconds of CPU, and what share of theirs ours takes.
//!
//! Ours are those of this thread; theirs are what the shell's own `times` says of itself and its children. A shell that
//! is not installed leaves its columns empty.
#![allow(clippy::disallowed_types, reason = "the bench runs real shells on the host")]

use std::process::{Command, Stdio};

use kernel::{Limits, Stdin};

#[path = "../tests/it/toys.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "shared with the tests")]
mod toys;
#[path = "../tests/it/world.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "shared with the tests")]
mod world;

/// Each is run so often; the best counts.
const RUNS: usize = 3;

/// Ours are repeated until they have taken so many seconds: Linux counts in steps of some milliseconds.
const LONG_ENOUGH: f64 = 0.1;

/// Name and script. The first ones are the interpreter's work, the others that of forks.
const LOOPS: &[(&str, &str)] = &[
    ("arithmetic", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"),
    (
        "expansion",
        "i=0; x=abcdefgh; while [ $i -lt 100000 ]; do y=${x%gh}${x#ab}; z=${y:-q}${#x}; i=$((i+1)); done",
    ),
    ("functions", "i=0; f() { i=$(($1+1)); }; while [ $i -lt 150000 ]; do f $i; done"),
    (
        "case",
        "i=0; while [ $i -lt 150000 ]; do case $i in *[05]) j=5;; 1?) j=1;; *) j=0;; esac; i=$((i+1)); done",
    ),
    (
        "splitting",
        "l='a b c d e f g h i j k l m n o p'; i=0; while [ $i -lt 60000 ]; do for w in $l; do j=$w; done; i=$((i+1)); done",
    ),
    (
        "read",
        "i=0; while [ $i -lt 20000 ]; do echo \"line $i of it\"; i=$((i+1)); done >lines; \
         while read -r a b c; do j=$b; done <lines",
    ),
    ("substitution", "i=0; while [ $i -lt 2000 ]; do x=$(echo $i); i=$((i+1)); done"),
    ("pipeline", "i=0; while [ $i -lt 500 ]; do echo $i | cat | cat >/dev/null; i=$((i+1)); done"),
    ("mkdir-touch", "i=0; while [ $i -lt 500 ]; do mkdir -p d/$i && >d/$i/f; i=$((i+1)); done"),
    ("external", "i=0; while [ $i -lt 1000 ]; do /bin/true; i=$((i+1)); done"),
];

fn main() {
    println!("{:14} {:>9} {:>9} {:>9} {:>9} {:>9}", "loop", "ours", "dash", "share", "ash", "times");
    for (name, script) in LOOPS {
        let ours = best(|| ours(script));
        let dash = best(|| real(&["dash"], script));
        let ash = best(|| real(&["busybox", "ash"], script));
        let share = ours.zip(dash).map(|(ours, dash)| ours / dash);
        let times = ours.zip(ash).map(|(ours, ash)| ash / ours);
        let cell = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.4}"));
        println!(
            "{name:14} {:>9} {:>9} {:>9} {:>9} {:>9}",
            cell(ours),
            cell(dash),
            cell(share),
            cell(ash),
            cell(times)
        );
    }
}

fn best(mut run: impl FnMut() -> Option<f64>) -> Option<f64> {
    (0..RUNS).filter_map(|_| run()).min_by(f64::total_cmp)
}

fn ours(script: &str) -> Option<f64> {
    let before = own_cpu()?;
    let mut times = 0.0;
    loop {
        let limits = Limits { fuel: u64::MAX, ..Limits::default() };
        let outcome = world::run(&["/bin/sh", "-c", script], limits, Stdin::Null);
        assert_eq!(outcome.status, "0", "{script}: {}", outcome.stderr);
        times += 1.0;
        let taken = own_cpu()? - before;
        if taken >= LONG_ENOUGH {
            return Some(taken / times);
        }
    }
}

/// Seconds of CPU of this thread, as Linux counts them.
fn own_cpu() -> Option<f64> {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(line.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

fn real(shell: &[&str], script: &str) -> Option<f64> {
    let folder = std::env::temp_dir().join(format!("glasshull-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).ok()?;
    let output = Command::new(shell[0])
        .args(&shell[1..])
        .args(["-c", &format!("{script}\ntimes")])
        .current_dir(&folder)
        .stdin(Stdio::null())
        .output();
    std::fs::remove_dir_all(&folder).ok()?;
    let text = String::from_utf8(output.ok().filter(|output| output.status.success())?.stdout).ok()?;
    text.split_whitespace().map(seconds).sum()
}

/// `0m1.250s`
fn seconds(text: &str) -> Option<f64> {
    let (minutes, rest) = text.strip_suffix('s')?.split_once('m')?;
    Some(minutes.parse::<f64>().ok()? * 60.0 + rest.parse::<f64>().ok()?)
}
