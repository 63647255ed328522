use std::{collections::BTreeMap, fs, path::PathBuf};

use clap::Args;
use tests::conformance::{AREAS, SuiteReport};

use crate::shell::{self, root};

/// Counts that must not fall: suite, cases that agree, cases in all.
const FLOORS: &str = "tests/conformance/floors.tsv";
/// Cases known to differ: suite, case, reason.
const KNOWN: &str = "tests/conformance/known.tsv";

#[derive(Args)]
pub(crate) struct Options {
    /// Run only the suites of this folder, or whose name contains this
    suite: Option<String>,
    /// The folder with the recorded answers
    #[arg(long, default_value = "../shared/conformance")]
    data: PathBuf,
    /// Print the differences too
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Args)]
pub(crate) struct BlessOptions {
    /// The folder with the recorded answers
    #[arg(long, default_value = "../shared/conformance")]
    data: PathBuf,
}

/// Runs the suites, prints the counts and compares them with the recorded floors.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let reports = reports(&options.data, options.suite.as_deref().unwrap_or_default())?;
    let floors = floors();
    let known = known();
    let mut complaints = Vec::new();
    for report in &reports {
        let total = report.passed + report.failed.len();
        let floor = floors.get(&report.name).copied().unwrap_or(0);
        println!("{:<34} {:>5} of {total:>5} agree (floor {floor})", report.name, report.passed);
        if report.passed < floor {
            complaints.push(format!("{}: {} agree, {floor} did before", report.name, report.passed));
        }
        show(report, options.verbose, &known);
        complaints.extend(mended(report, &known));
    }
    let passed: usize = reports.iter().map(|report| report.passed).sum();
    let failed: usize = reports.iter().map(|report| report.failed.len()).sum();
    println!("conformance: {passed} agree, {failed} differ");
    match complaints.is_empty() {
        true => Ok(()),
        false => Err(complaints.join("\n")),
    }
}

/// Runs the suites and records their counts as the new floors; snapshots are accepted too.
pub(crate) fn bless(options: &BlessOptions) -> Result<(), String> {
    shell::run("cargo", &["test", "--workspace"], &[("INSTA_UPDATE", "always")])?;
    let mut table = String::from("# suite\tagree\n");
    for report in reports(&options.data, "")? {
        table += &format!("{}\t{}\n", report.name, report.passed);
    }
    fs::write(root().join(FLOORS), table).map_err(|error| format!("{FLOORS}: {error}"))
}

fn reports(data: &std::path::Path, filter: &str) -> Result<Vec<SuiteReport>, String> {
    let data = if data.is_absolute() { data.to_path_buf() } else { root().join(data) };
    let areas: Vec<_> = AREAS.iter().filter(|area| data.join(area.folder).is_dir()).collect();
    if areas.is_empty() {
        return Err(format!("no recorded answers in {}", data.display()));
    }
    let by_folder: Vec<_> = areas.iter().filter(|area| area.folder == filter).copied().collect();
    let areas = if by_folder.is_empty() { areas } else { by_folder };
    // A program that is named is taken as it is.
    if areas.iter().any(|area| area.needs_program) && std::env::var_os("GLASSHULL_BIN").is_none() {
        shell::run("cargo", &["build", "--release", "-p", "cli"], &[])?;
    }
    let all = areas.iter().flat_map(|area| area.suites.iter().map(|suite| suite(&data.join(area.folder))));
    Ok(all.filter(|report| report.name.contains(filter)).collect())
}

fn show(report: &SuiteReport, verbose: bool, known: &BTreeMap<(String, String), String>) {
    for (case, difference) in &report.failed {
        let reason = known.get(&(report.name.clone(), case.clone()));
        match reason {
            Some(reason) => println!("    known  {case}: {reason}"),
            None => println!("    differs {case}"),
        }
        if verbose {
            difference.lines().for_each(|line| println!("        {line}"));
        }
    }
}

/// Known failures that agree now: their rows have to go.
fn mended(report: &SuiteReport, known: &BTreeMap<(String, String), String>) -> Vec<String> {
    let of_suite = known.keys().filter(|(suite, _)| *suite == report.name);
    let still = |case: &str| report.failed.iter().any(|(failed, _)| failed == case);
    of_suite
        .filter(|(_, case)| !still(case))
        .map(|(suite, case)| format!("{suite}: {case} agrees now; take its row out of {KNOWN}"))
        .collect()
}

fn floors() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(root().join(FLOORS)).unwrap_or_default();
    let row = |line: &str| {
        let (suite, count) = line.split_once('\t')?;
        Some((suite.to_owned(), count.trim().parse().ok()?))
    };
    text.lines().filter_map(row).collect()
}

fn known() -> BTreeMap<(String, String), String> {
    let text = fs::read_to_string(root().join(KNOWN)).unwrap_or_default();
    let row = |line: &str| {
        let mut columns = line.splitn(3, '\t');
        let key = (columns.next()?.to_owned(), columns.next()?.to_owned());
        Some((key, columns.next()?.to_owned()))
    };
    text.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect()
}
