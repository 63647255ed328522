//! Applets over 10 MB of text or 50,000 files beside busybox and the GNU tools, in one run: seconds of CPU, and how our time
//! compares with theirs.
//!
//! Ours are those of this thread; theirs are what bash's `time` says of the program and its children. What is not installed
//! leaves its columns empty. `cargo bench -p applets -- NAME` runs those alone whose name holds NAME.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the bench runs real programs on the host"
)]

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    rc::Rc,
};

use applets::Busybox;
use kernel::{Kernel, KernelConfig, Limits, Loader, Program, SandboxSpec, SpawnSpec};
use vfs::{Content, Metadata, ProgramNote, Synthetic, Time, Tree};

/// Each is run so often; the best counts.
const RUNS: usize = 3;
/// Bytes of the text, about.
const BYTES: usize = 10 << 20;
/// Files of the tree.
const FILES: u32 = 50_000;

/// A name, and a call in a folder that has `text`, `text.gz`, `files.tar` and the tree `files`.
const CALLS: &[(&str, &[&str])] = &[
    ("grep-literal", &["grep", "omega", "text"]),
    ("grep-count", &["grep", "-c", "e", "text"]),
    ("grep-regex", &["grep", "a[lm]p*h[a-z]* [0-9]*7", "text"]),
    ("grep-class", &["grep", "-E", "[0-9]{5} [a-z ]*line$", "text"]),
    ("grep-either", &["grep", "-E", "kappa|lambda|omega7", "text"]),
    ("grep-icase", &["grep", "-i", "OMEGA7", "text"]),
    ("grep-only", &["grep", "-o", "[0-9][0-9]*", "text"]),
    ("grep-invert", &["grep", "-v", "alpha", "text"]),
    ("sed-s", &["sed", "s/alpha/ALPHA/", "text"]),
    ("sed-groups", &["sed", "-E", "s/([a-z]+) ([0-9]+)/\\2 \\1/g", "text"]),
    ("sed-print", &["sed", "-n", "/omega7/p", "text"]),
    ("awk-sum", &["awk", "{ s += $3 } END { print s }", "text"]),
    ("awk-count", &["awk", "{ n[$1]++ } END { for (k in n) c++; print c }", "text"]),
    ("awk-match", &["awk", "/omega7/ { print $2 }", "text"]),
    ("awk-gsub", &["awk", "{ gsub(/alpha/, \"A\"); print }", "text"]),
    ("sort", &["sort", "text"]),
    ("sort-n-k", &["sort", "-n", "-k3", "text"]),
    ("sort-u-r", &["sort", "-u", "-r", "text"]),
    ("find-name", &["find", "files", "-name", "*77"]),
    ("find-type", &["find", "files", "-type", "f"]),
    ("find-size", &["find", "files", "-size", "+0", "-mtime", "-1"]),
    ("tar-c", &["tar", "-cf", "new.tar", "files"]),
    ("tar-t", &["tar", "-tf", "files.tar"]),
    ("tar-x", &["tar", "-xf", "files.tar", "-C", "out"]),
    ("gzip", &["gzip", "-c", "text"]),
    ("gunzip", &["gunzip", "-c", "text.gz"]),
    ("sha256sum", &["sha256sum", "text"]),
];

fn main() {
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let folder = std::env::temp_dir().join(format!("glasshull-bench-{}", std::process::id()));
    let real = Host::prepare(&folder);
    let ours = machine(&folder);
    println!("{:14} {:>8} {:>8} {:>8} {:>8} {:>8}", "call", "ours", "busybox", "GNU", "/busybox", "/GNU");
    for (name, words) in
        CALLS.iter().filter(|(name, _)| wanted.as_ref().is_none_or(|word| name.contains(word)))
    {
        let mine = best(|| run(&ours, words));
        let busybox = best(|| real.time("busybox ", words));
        let gnu = best(|| real.time("", &gnu(words)));
        let cell = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.3}"));
        let (first, second) = (mine.zip(busybox), mine.zip(gnu));
        let share =
            |pair: Option<(f64, f64)>| pair.map_or_else(String::new, |(a, b)| format!("{:.2}", a / b));
        println!(
            "{name:14} {:>8} {:>8} {:>8} {:>8} {:>8}",
            cell(mine),
            cell(busybox),
            cell(gnu),
            share(first),
            share(second)
        );
    }
    drop(std::fs::remove_dir_all(&folder));
}

fn best(mut run: impl FnMut() -> Option<f64>) -> Option<f64> {
    (0..RUNS).filter_map(|_| run()).min_by(f64::total_cmp)
}

/// Debian's awk is mawk; GNU's has a name of its own.
fn gnu<'a>(words: &[&'a str]) -> Vec<&'a str> {
    words.iter().map(|word| if *word == "awk" { "gawk" } else { word }).collect()
}

/// Lines of words and numbers, without chance.
fn text() -> String {
    const WORDS: [&str; 10] =
        ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "omega"];
    let mut text = String::with_capacity(BYTES + 100);
    let mut state = 1_u64;
    while text.len() < BYTES {
        let mut draw = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        let (first, second, number) = (draw(10), draw(10), draw(1_000_000));
        let words = (WORDS[first as usize], WORDS[second as usize]);
        text += &format!("{}{} {} {number} some more text of the line\n", words.0, draw(100), words.1);
    }
    text
}

fn path(number: u32) -> String {
    format!("files/dir{:03}/sub{}/file{number:05}", number / 500, number % 500 / 100)
}

/// The folder for the real programs.
struct Host {
    folder: PathBuf,
}

impl Host {
    fn prepare(folder: &Path) -> Host {
        std::fs::create_dir_all(folder.join("out")).expect("room for the bench");
        std::fs::write(folder.join("text"), text()).expect("room for the bench");
        for number in 0..FILES {
            let place = folder.join(path(number));
            if number % 100 == 0 {
                std::fs::create_dir_all(place.parent().unwrap_or(folder)).expect("room for the bench");
            }
            std::fs::write(place, format!("file {number}\n")).expect("room for the bench");
        }
        let host = Host { folder: folder.to_path_buf() };
        host.time("", &["tar", "-cf", "files.tar", "files"]);
        host.time("", &["gzip", "-k", "text"]);
        host
    }

    /// Seconds of CPU of a call, what it writes goes to a file: GNU's grep is done at once with `/dev/null`.
    fn time(&self, before: &str, words: &[&str]) -> Option<f64> {
        let script = format!(
            "TIMEFORMAT='%U %S'; time {before}\"$@\" >'{0}.out' 2>/dev/null && rm -rf '{0}.out' out/* new.tar",
            self.folder.display()
        );
        let output = Command::new("bash")
            .args(["-c", &script, "bash"])
            .args(words)
            .env("LC_ALL", "C.UTF-8")
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        let text = String::from_utf8(output.stderr).ok()?;
        let seconds: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        (seconds.len() == 2).then(|| seconds.iter().sum())
    }
}

struct Programs;

impl Loader for Programs {
    fn load(&self, note: &ProgramNote) -> Option<Rc<dyn Program>> {
        (note.text() == "busybox").then(|| Rc::new(Busybox) as Rc<dyn Program>)
    }
}

/// The same folder for ours, as `/w`.
fn machine(folder: &Path) -> Tree {
    let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
    tree.mkdir_all("bin", 0o755, Time::EPOCH).expect("an empty root takes it");
    for applet in applets::table() {
        let note = Some(ProgramNote::new("busybox"));
        let program = Content::synthetic(Synthetic { len: 4096, seed: 1, program: note });
        tree.write_file(format!("bin/{}", applet.name), program, 0o755, Time::EPOCH).expect("bin is there");
    }
    tree.mkdir_all("w/out", 0o755, Time::EPOCH).expect("the root takes it");
    for name in ["text", "text.gz", "files.tar"] {
        let bytes = std::fs::read(folder.join(name)).expect("the real side is made");
        tree.write_file(format!("w/{name}"), bytes, 0o644, Time::EPOCH).expect("the folder is there");
    }
    for number in 0..FILES {
        let place = format!("w/{}", path(number));
        if number % 100 == 0 {
            let parent = place.rsplit_once('/').map_or("w", |(parent, _)| parent);
            tree.mkdir_all(parent, 0o755, Time::EPOCH).expect("the root takes it");
        }
        let bytes = format!("file {number}\n").into_bytes();
        tree.write_file(place, bytes, 0o644, Time::EPOCH).expect("the folder is there");
    }
    tree
}

fn run(root: &Tree, words: &[&str]) -> Option<f64> {
    let limits = Limits { fuel: u64::MAX, memory: u64::MAX >> 1, output: u64::MAX >> 1, ..Limits::default() };
    let mut kernel = Kernel::new(KernelConfig {
        clock: Time::from_secs(1000),
        seed: 7,
        limits,
        loader: Rc::new(Programs),
    });
    let sandbox = kernel.add_sandbox(SandboxSpec::new(root.clone())).expect("a root with programs");
    let mut spec = SpawnSpec::new(words);
    spec.cwd = "/w".into();
    spec.env.set("PATH", "/bin");
    let before = own_cpu()?;
    let pid = kernel.spawn(sandbox, spec).expect("the applet is there");
    let state = kernel.run_until_exit(pid);
    let status = kernel.exit_status(pid);
    let spent = own_cpu()? - before;
    assert!(status.is_some_and(|status| status.code() == 0), "{words:?}: {status:?} {state:?}");
    Some(spent)
}

/// Seconds of CPU of this thread, as Linux counts them.
fn own_cpu() -> Option<f64> {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(line.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}
