//! `*/testfiles`, `*/testfiles-negative`, `*/testfile-line`, `directives.json`.

use std::path::{Path, PathBuf};

use dockerfile::syntax::{detect_check, detect_syntax, parse};
use dockerfile::{Lines, Vintage};

use super::{SuiteReport, items, table};

const VINTAGES: [(&str, Vintage); 2] =
    [("buildkit-docker20.10", Vintage::Docker20_10), ("buildkit-2026", Vintage::Current)];

/// Dumps of whole files, files that must not parse, line numbers, directives at the top.
pub fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("dockerfile testfiles");
    for (folder, vintage) in VINTAGES {
        for case in folders(&data.join(folder).join("testfiles")) {
            let name = format!("{folder}/{}", case.display());
            let expected = read(&case.join("result")).trim_end().to_owned();
            let text = read(&case.join("Dockerfile"));
            let actual = parse(&text, vintage).map_or_else(|error| error.text(), |tree| tree.dump());
            report.check(&name, &expected, &actual);
        }
        for case in folders(&data.join(folder).join("testfiles-negative")) {
            let text = read(&case.join("Dockerfile"));
            report.check(&case.display().to_string(), &false, &parse(&text, vintage).is_ok());
        }
        lines(&mut report, &data.join(folder).join("testfile-line/Dockerfile"), vintage);
    }
    directives(&mut report, data);
    report
}

fn lines(report: &mut SuiteReport, file: &Path, vintage: Vintage) {
    let text = read(file);
    let actual: Option<Vec<Lines>> =
        parse(&text, vintage).ok().map(|tree| tree.nodes.iter().map(|node| node.lines).collect());
    let expected = Some(vec![Lines::new(5, 5), Lines::new(11, 12), Lines::new(17, 31)]);
    report.check("testfile-line", &expected, &actual);
}

fn directives(report: &mut SuiteReport, data: &Path) {
    for case in items(&table(data, "directives.json")["cases"]) {
        let input = case["input"].as_str().unwrap_or_default();
        let found = match case["name"].as_str() {
            Some("syntax") => detect_syntax(input),
            _ => detect_check(input),
        };
        let value = found.as_ref().map(|found| found.word().to_owned());
        report.check(input, &case["value"].as_str().map(str::to_owned), &value);
        if let Some(line) = case["line"].as_u64() {
            report.check(input, &Some(line as usize), &found.as_ref().map(|found| found.line));
        }
        if let Some(whole) = case["cmdline"].as_str() {
            report.check(input, &Some(whole.to_owned()), &found.map(|found| found.value));
        }
    }
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.sort();
    found
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
}
