//! Recorded scripts of real ash and busybox (`conformance/shell`).

use std::{fs, path::Path};

use serde_json::Value;

use super::SuiteReport;
use crate::machine::Machine;

/// Which of the recorded builds is nearest to Alpine's.
const BUILD: &str = "1.37git-musl-alpine-like";

/// The environment of the recording.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
    ("HOSTNAME", "glass"),
    ("HOME", "/root"),
];

/// The probes.
pub fn probes(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("shell probes");
    let machine = match Machine::new() {
        Ok(machine) => machine,
        Err(error) => {
            report.broken("setup", error);
            return report;
        }
    };
    let text = fs::read_to_string(data.join("probes.jsonl")).unwrap_or_default();
    for line in text.lines() {
        let probe: Value = serde_json::from_str(line).unwrap_or_default();
        let script = probe["sh"].as_str().unwrap_or_default();
        let recorded = &probe["out"][BUILD];
        let expected =
            (recorded[0].to_string(), without_help_prose(recorded[1].as_str().unwrap_or_default()));
        match machine.run(&["/bin/sh", "-c", script], ENVIRONMENT, b"") {
            Ok(ran) => {
                let status = ran.status.map_or_else(|limit| limit, |status| status.to_string());
                report.check(script, &expected, &(status, without_help_prose(&ran.merged.to_string())));
            }
            Err(error) => report.broken(script, error),
        }
    }
    report
}

/// A text without the version in the banner of busybox and without the prose that follows a usage line, up to the next
/// banner or message: that of our applets is written anew.
pub fn without_help_prose(text: &str) -> String {
    let mut kept = String::new();
    let mut in_help = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let is_banner = bare.starts_with("BusyBox v");
        let is_synopsis = bare.starts_with("Usage: ") || (in_help && bare.starts_with("or: "));
        if is_banner || is_message(line) {
            in_help = false;
        }
        if is_banner {
            kept += "BusyBox\n";
        } else if is_synopsis {
            in_help = true;
            kept += bare;
            kept.push('\n');
        } else if !in_help {
            kept += line;
        }
    }
    kept
}

/// Whether a line is a program's message: `name: text`.
fn is_message(line: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/-_".contains(&byte);
    line.split_once(": ").is_some_and(|(name, _)| name != "or" && name.bytes().all(is_of_name))
}
