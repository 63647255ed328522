use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::{Args, ValueEnum};
use tests::fuzz::{self, Report};

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Scripts and applets against the real busybox, in a chroot
    Differential,
    /// Expressions of the language of checks and damaged lessons: all are read or refused with a place
    Checks,
    /// Hostile bytes for the parsers of tar, gzip, zstd, OCI JSON, docker archives, Go templates, tokens and Dockerfiles
    Bytes,
    /// apk's parsers on damaged indexes, databases, archives, versions, worlds and repositories files
    Apk,
}

#[derive(Args)]
pub(crate) struct Options {
    /// What is compared
    #[arg(value_enum)]
    kind: Kind,
    /// How many cases
    #[arg(long, default_value_t = 2000)]
    cases: u64,
    /// Where the random numbers begin
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Try only this parser (bytes, apk)
    #[arg(long)]
    target: Option<String>,
    /// Go on for so many minutes with each parser, whatever --cases says (bytes, apk)
    #[arg(long)]
    minutes: Option<u64>,
    /// Run only the case of this number
    #[arg(long)]
    case: Option<u64>,
    /// A root directory of Alpine whose busybox is the real one, else Debian's (differential)
    #[arg(long)]
    alpine: Option<PathBuf>,
    /// Equal cases in every hundred below which the run fails
    #[arg(long, default_value_t = 99.5)]
    floor: f64,
    /// Print the differences too
    #[arg(short, long)]
    verbose: bool,
}

impl Options {
    fn time(&self) -> Option<Duration> {
        self.minutes.map(|minutes| Duration::from_secs(60 * minutes))
    }
}

/// Runs the cases and prints how many are equal.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    if let Kind::Checks = options.kind {
        let numbers = options.case.map_or(0..options.cases, |case| case..case + 1);
        let read = fuzz::checks(options.seed, numbers)?;
        println!("fuzz: {} read, {} refused", read.read, read.refused);
        return Ok(());
    }
    if let Kind::Bytes = options.kind {
        return bytes(options);
    }
    if let Kind::Apk = options.kind {
        let time = options.time();
        let cases = if time.is_some() { u64::MAX } else { options.cases };
        let numbers = options.case.map_or(0..cases, |case| case..case + 1);
        let counts = fuzz::apk::run(options.seed, numbers, options.target.as_deref(), time)?;
        counts.iter().for_each(|(target, cases)| println!("fuzz: {target}: {cases} cases, none fails"));
        return Ok(());
    }
    if !Path::new("/bin/busybox").exists() || !fuzz::may_chroot() {
        println!("fuzz: no /bin/busybox, or no right to chroot: skipped");
        return Ok(());
    }
    if let Some(case) = options.case {
        println!("{}", fuzz::script(options.seed, case)?);
    }
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let numbers = options.case.map_or(0..options.cases, |case| case..case + 1);
    let began = Instant::now();
    let source = options.alpine.clone().map_or(fuzz::Source::Debian, fuzz::Source::Alpine);
    let report = fuzz::run(options.seed, numbers, &source, scratch.path())?;
    show(&report, options.verbose || options.case.is_some());
    let (share, seconds) = (report.share(), began.elapsed().as_secs());
    println!(
        "fuzz: {} of {} cases agree, {} differ for a known reason: {share:.2} % in {seconds} s",
        report.equal,
        report.cases,
        report.excused.len()
    );
    if share < options.floor { Err(format!("below {} %", options.floor)) } else { Ok(()) }
}

fn bytes(options: &Options) -> Result<(), String> {
    let began = Instant::now();
    let time = options.time();
    let cases = if time.is_some() { u64::MAX } else { options.cases };
    let numbers = options.case.map_or(0..cases, |case| case..case + 1);
    let tried = fuzz::bytes::run(options.seed, numbers, options.target.as_deref(), time)?;
    let seconds = began.elapsed().as_secs();
    println!("fuzz: {tried} hostile inputs, none panics or takes long, in {seconds} s");
    if tried == 0 { Err("there is no such target".to_owned()) } else { Ok(()) }
}

fn show(report: &Report, verbose: bool) {
    let mut excused: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (number, reason) in &report.excused {
        excused.entry(reason).or_default().push(number.to_string());
    }
    for (reason, numbers) in excused {
        let list = if verbose { format!(" ({})", numbers.join(" ")) } else { String::new() };
        println!("    {:>5} excused: {reason}{list}", numbers.len());
    }
    for (number, text) in &report.different {
        println!("    differs: case {number}");
        if verbose {
            text.lines().for_each(|line| println!("        {line}"));
        }
    }
}
