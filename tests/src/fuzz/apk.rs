//! apk on damaged input: whatever the bytes, its parsers come back, what they accept is written and read as the same, and
//! nothing is put outside the root.

use std::{
    ops::Range,
    panic,
    rc::Rc,
    time::{Duration, Instant},
};

use apk::{
    Checksum, Database, Dependency, Engine, Package, Sources, TagId, Universe, Walk, index,
    installed::{self, FileOrder},
    solver::solve,
    version,
};
use kernel::{Env, Kernel, KernelConfig, Limits, SandboxSpec, SpawnSpec};
use vfs::Time;

use crate::random::Random;

/// How long one input may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is tried: a name, inputs that are in order, and what is done with a damaged one.
struct Target {
    name: &'static str,
    seeds: &'static [&'static str],
    probe: fn(&[u8]) -> Result<(), String>,
}

const INDEX: &str = "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:foo\nV:1.2.3-r0\nA:x86_64\nS:400\nI:4096\nT:greets\nU:http://e.org\n\
                     L:MIT\no:foo\nt:1700000000\nk:10\nD:bar>=1 !baz so:libc.so\np:cmd:foo=1.2.3-r0 foo\ni:bar foo\n\n\
                     P:bar\nV:2\nI:1\nD:foo\np:so:libc.so=1 baz\n\n";
const DATABASE: &str = "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:foo\nV:1\nA:x86_64\nS:4\nI:4\nT:\nU:\nL:MIT\nr:bar\nq:3\ns:edge\nf:fs\n\
                        F:usr\nM:0:0:1777\nF:usr/bin\nR:foo\na:0:0:4755\nZ:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n";

const TARGETS: &[Target] = &[
    Target { name: "index", seeds: &[INDEX], probe: probe_index },
    Target { name: "installed database", seeds: &[DATABASE], probe: probe_database },
    Target { name: "archive", seeds: &[], probe: probe_archive },
    Target {
        name: "version",
        seeds: &["1.2.3-r0\n1.2.3_alpha1-r1", "0.1a_pre2\n20240101", "1.2.3_p1~abc123-r4\n3"],
        probe: probe_version,
    },
    Target {
        name: "world",
        seeds: &["foo bar@edge>=1\n!baz so:libc.so~2\n", "a\nb<2 c><Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"],
        probe: |bytes| probe_file("/etc/apk/world", bytes),
    },
    Target {
        name: "repositories",
        seeds: &[
            "https://dl-cdn.alpinelinux.org/alpine/v3.20/main\n@edge http://u:p@e.org/x\n#no\n/media/cdrom\n",
        ],
        probe: |bytes| probe_file("/etc/apk/repositories", bytes),
    },
];

/// Runs the cases of these numbers for every target whose name is wanted, for at most `time` each: how many each had, or
/// the first that fails.
pub fn run(
    seed: u64,
    numbers: Range<u64>,
    wanted: Option<&str>,
    time: Option<Duration>,
) -> Result<Vec<(&'static str, usize)>, String> {
    let mut counts = Vec::new();
    for target in TARGETS.iter().filter(|target| wanted.is_none_or(|name| name == target.name)) {
        // A machine takes longer than a parser.
        let is_slow = ["world", "repositories"].contains(&target.name);
        let step = if is_slow && time.is_none() { 20 } else { 1 };
        let began = Instant::now();
        let cases = numbers.clone().step_by(step);
        let mut count = 0;
        for case in cases.take_while(|_| time.is_none_or(|time| began.elapsed() < time)) {
            attempt(target, seed, case)?;
            count += 1;
        }
        counts.push((target.name, count));
    }
    Ok(counts)
}

fn attempt(target: &Target, seed: u64, case: u64) -> Result<(), String> {
    let input = damaged(target, &mut Random::new(seed, case));
    let began = Instant::now();
    let outcome = panic::catch_unwind(|| (target.probe)(&input)).unwrap_or_else(|_| Err("panics".to_owned()));
    let outcome = match outcome {
        Ok(()) if began.elapsed() > PATIENCE => Err(format!("takes {} s", began.elapsed().as_secs())),
        other => other,
    };
    outcome.map_err(|error| {
        format!("{}: case {case}: {error}: {:?}", target.name, String::from_utf8_lossy(&input))
    })
}

/// A seed with a few bytes changed, removed, doubled or put in.
fn damaged(target: &Target, random: &mut Random) -> Vec<u8> {
    let mut bytes = match target.seeds {
        [] => archive(random),
        seeds => seeds[random.below(seeds.len())].as_bytes().to_vec(),
    };
    for _ in 0..random.below(6) {
        let at = random.below(bytes.len().max(1)).min(bytes.len());
        let end = (at + 1 + random.below(40)).min(bytes.len());
        match random.below(5) {
            0 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            1 => drop(bytes.drain(at..end)),
            2 => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            3 => drop(bytes.splice(at..at, random.of(&WORDS).bytes())),
            _ => bytes.truncate(bytes.len() - random.below(bytes.len().max(2) / 2)),
        }
    }
    bytes
}

const WORDS: [&str; 12] =
    ["\n", "\n\n", "P:", "D:foo", "!", ">=", "99999999999999999999", "../", "/", "\0", "Q1", "\u{fe0f}"];

/// A package or an index, plain or compressed, with names that may lead out of the root.
fn archive(random: &mut Random) -> Vec<u8> {
    let paths =
        ["usr/bin/foo", "../etc/passwd", "/etc/shadow", "a/../../b", "usr", ".PKGINFO", "APKINDEX", "."];
    let mut tar = Vec::new();
    for _ in 0..1 + random.below(4) {
        let name = random.of(&paths);
        let text = if name == ".PKGINFO" { "pkgname = foo\npkgver = 1\nsize = 4\n" } else { INDEX };
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000755");
        header[124..135].copy_from_slice(format!("{:011o}", text.len()).as_bytes());
        header[156] = random.of(b"01250");
        header[157..168].copy_from_slice(b"/etc/passwd");
        header[257..263].copy_from_slice(b"ustar\0");
        header[148..156].copy_from_slice(b"        ");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        tar.extend(header);
        tar.extend(text.as_bytes());
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar
}

fn probe_index(bytes: &[u8]) -> Result<(), String> {
    let Ok(packages) = index::parse(bytes) else { return Ok(()) };
    let mut text = String::new();
    for package in &packages {
        index::write_header(package, &mut text);
        text.push('\n');
    }
    let again = index::parse(text.as_bytes()).map_err(|error| format!("what was written: {error}"))?;
    if again.len() != packages.len() {
        return Err("what was written is read as another index".to_owned());
    }
    decide(packages)
}

/// The solver ends, whatever the packages want of each other.
fn decide(packages: Vec<Package>) -> Result<(), String> {
    let mut db = Database::new(Walk::NameTable, Engine::V2_14_4);
    let source = Sources::repository(0);
    let universe: &mut Universe = &mut db.universe;
    let names: Vec<Rc<str>> = packages.iter().map(|package| package.name.clone()).collect();
    for package in packages {
        universe.add(Rc::new(package), source);
    }
    universe.available = universe.available.with(source);
    universe.allow(TagId::default(), source);
    universe.seal();
    let world = names.iter().map(|name| db.universe.need(&Dependency::on(name))).collect();
    let request = db.request(world);
    solve(&mut db.universe, request).map(drop).map_err(|error| error.to_string())
}

fn probe_database(bytes: &[u8]) -> Result<(), String> {
    let Ok(packages) = installed::parse(bytes) else { return Ok(()) };
    let text = installed::write(&packages, FileOrder::AsPackaged);
    let again = installed::parse(&text).map_err(|error| format!("what was written: {error}"))?;
    match installed::write(&again, FileOrder::AsPackaged) == text {
        true => Ok(()),
        false => Err("what was written is read as another database".to_owned()),
    }
}

fn probe_archive(bytes: &[u8]) -> Result<(), String> {
    let _ = apk::read_index(bytes);
    let Ok((_, contents)) = apk::read_package(bytes) else { return Ok(()) };
    let out = |path: &[u8]| path.starts_with(b"/") || path.split(|&b| b == b'/').any(|part| part == b"..");
    match contents.entries.iter().find(|entry| out(&entry.path)) {
        Some(entry) => Err(format!("{} leads out of the root", entry.path)),
        None => Ok(()),
    }
}

fn probe_version(bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let (a, b) = text.split_once('\n').unwrap_or((&text, ""));
    let _ = (version::is_valid(a), Checksum::parse(a), Dependency::parse(a));
    match version::compare(a, b) == version::compare(b, a).reverse() {
        true => Ok(()),
        false if !(version::is_valid(a) && version::is_valid(b)) => Ok(()),
        false => Err("the order depends on who comes first".to_owned()),
    }
}

/// apk on a root one of whose files is damaged: it ends, and leaves the rest of the root alone.
fn probe_file(path: &str, bytes: &[u8]) -> Result<(), String> {
    let catalog = catalog::Catalog::new().map_err(|error| error.to_string())?;
    let mut root = catalog.alpine_root().map_err(|error| error.to_string())?;
    root.write_file(path, bytes.to_vec(), 0o644, Time::EPOCH).map_err(|error| error.to_string())?;
    let mut kernel = Kernel::new(KernelConfig {
        clock: Time::EPOCH,
        seed: 1,
        limits: Limits::default(),
        loader: catalog.loader(),
    });
    let sandbox = kernel.add_sandbox(SandboxSpec::new(root)).map_err(|error| error.to_string())?;
    let mut spec = SpawnSpec::new(["/sbin/apk", "add", "--no-cache", "curl"]);
    spec.env = Env::from_strings(["PATH=/usr/bin:/bin:/sbin"]);
    let pid = kernel.spawn(sandbox, spec).map_err(|error| error.to_string())?;
    let state = kernel.run();
    match kernel.exit_status(pid) {
        Some(_) => Ok(()),
        None => Err(format!("does not end: {state:?}")),
    }
}
