//! `observed/public-logs.txt`: what others published of apk in containers of their own.
//!
//! The file has no commands of its own for most of them, so each is named here, with what the container had before. Logs
//! of other days than that of our indexes are compared without versions and sizes.

use std::path::Path;

use catalog::Catalog;

use super::machine::Machine;
use crate::conformance::SuiteReport;

/// How near the facts are to those of the log.
#[derive(Clone, Copy, PartialEq)]
enum Facts {
    /// The same: every line has to be equal.
    Same,
    /// Those of another day: versions, sizes and what indexes say of themselves differ.
    OtherDay,
    /// As `OtherDay`, in an image of which it is not known what all it had: the totals differ, too.
    OtherImage,
}

/// A log, by what its heading has.
struct Log {
    heading: &'static str,
    release: &'static str,
    facts: Facts,
    /// What had been done in the container before.
    before: &'static str,
    command: &'static str,
}

/// Makes packages of the base image older than the index, as a root that waits for an upgrade has them.
const OLDER: &str = "sed -i -e 's/1[.]37[.]0-r[0-9]*/1.37.0-r2/g' -e 's/3[.]5[.][0-9]*-r[0-9]*/3.5.0-r0/g' \
                     -e '/^C:/{N;/P:busybox/s/Q1..../Q1AAAA/;/P:lib[cs][rs]/s/Q1..../Q1AAAA/;/P:ssl_/s/Q1..../Q1AAAA/}' \
                     /lib/apk/db/installed";

const LOGS: &[Log] = &[
    Log {
        heading: "id 66038986363",
        release: "3.20",
        facts: Facts::Same,
        before: "",
        command: "apk add --update redis",
    },
    Log {
        heading: "id 29375303136",
        release: "3.20",
        facts: Facts::OtherDay,
        before: "",
        command: "apk update && apk add --no-cache curl",
    },
    Log {
        heading: "id 2434812849",
        release: "3.20",
        facts: Facts::Same,
        before: "apk update",
        command: "apk add wget",
    },
    Log {
        heading: "id 34773450671",
        release: "3.20",
        facts: Facts::OtherDay,
        before: "apk update",
        command: "apk add openssl",
    },
    Log {
        heading: "id 68884721009",
        release: "3.20",
        facts: Facts::OtherDay,
        before: "apk update",
        command: "apk add iputils-ping",
    },
    Log {
        heading: "id 17176290777",
        release: "3.20",
        facts: Facts::OtherImage,
        before: "apk add curl",
        command: "apk add nodejs",
    },
    Log {
        heading: "id 6933555946",
        release: "3.20",
        facts: Facts::Same,
        before: "apk add --no-cache curl",
        command: "apk del gcompat",
    },
    Log {
        heading: "id 32409228231",
        release: "3.21",
        facts: Facts::OtherDay,
        before: "apk update",
        command: "apk add --update redis",
    },
    Log {
        heading: "id 27342197811",
        release: "3.22",
        facts: Facts::OtherDay,
        before: OLDER,
        command: "apk update -q; apk upgrade",
    },
    Log {
        heading: "id 54226056791",
        release: "3.22",
        facts: Facts::OtherDay,
        before: "apk add libstdc++",
        command: "apk add --no-cache libc6-compat",
    },
    Log {
        heading: "id 8876399140",
        release: "3.18",
        facts: Facts::OtherDay,
        before: "",
        command: "apk add --no-cache openssh-client openssh-keygen",
    },
    Log {
        heading: "id 26135670574",
        release: "3.18",
        facts: Facts::OtherDay,
        before: "apk update",
        command: "apk add curl",
    },
    Log {
        heading: "id 32126327732",
        release: "3.18",
        facts: Facts::OtherImage,
        before: "",
        command: "apk add --no-cache gcc musl-dev linux-headers",
    },
    Log {
        heading: "id 11962393719",
        release: "3.18",
        facts: Facts::OtherDay,
        before: "",
        command: "apk add --update python3 py3-pip python3-dev",
    },
];

/// Each log, and the order of names where a log has nothing else.
pub(super) fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("apk public logs");
    let text = std::fs::read_to_string(data.join("observed/public-logs.txt")).unwrap_or_default();
    let sections: Vec<&str> = text.split("\n== ").skip(1).collect();
    let catalog = match Catalog::new() {
        Ok(catalog) => catalog,
        Err(error) => {
            report.broken("catalog", error);
            return report;
        }
    };
    for log in LOGS {
        let Some(section) = sections.iter().find(|section| section.contains(log.heading)) else {
            report.broken(log.heading, "the log is not there");
            continue;
        };
        match play(&catalog, log) {
            Ok(output) => compare(log, section, &output, &mut report),
            Err(error) => report.broken(log.heading, error),
        }
    }
    report
}

fn play(catalog: &Catalog, log: &Log) -> Result<String, String> {
    let mut machine = Machine::new(catalog, log.release, catalog.loader())?;
    if !log.before.is_empty() {
        machine.run(log.before)?;
    }
    machine.run(log.command).map(|(_, output)| output)
}

fn compare(log: &Log, section: &str, output: &str, report: &mut SuiteReport) {
    let case = format!("{}: {}", log.heading, log.command);
    let lines: Vec<&str> = section.lines().skip(1).filter(|line| is_apks(line)).collect();
    if lines.is_empty() {
        let names = section.lines().nth(1).unwrap_or_default();
        let expected: Vec<String> = names.trim_end_matches(" ...").split(' ').map(str::to_owned).collect();
        let mut actual: Vec<String> = output.lines().filter_map(installed_name).collect();
        actual.truncate(expected.len());
        return report.check(&case, &expected, &actual);
    }
    // Some logs begin after the indexes were fetched.
    let fetches = lines.iter().any(|line| line.starts_with("fetch "));
    let kept = |line: &&str| is_apks(line) && (fetches || !line.starts_with("fetch "));
    let form = |line: &str| comparable(line, log.facts);
    let expected: Vec<String> = lines.iter().filter_map(|line| form(line)).collect();
    let actual: Vec<String> = output.lines().filter(kept).filter_map(form).collect();
    report.check(&case, &expected, &actual);
}

/// Whether apk prints such lines (scripts print others).
fn is_apks(line: &str) -> bool {
    let starts = ["fetch ", "(", "Executing ", "OK: ", "WARNING: ", "ERROR: ", "v3."];
    starts.iter().any(|start| line.starts_with(start)) && !line.starts_with("(script prints")
}

fn installed_name(line: &str) -> Option<String> {
    let rest = line.split_once(" Installing ")?.1;
    rest.split_once(" (").map(|(name, _)| name.to_owned())
}

/// A line without what the facts cannot have.
fn comparable(line: &str, facts: Facts) -> Option<String> {
    if facts == Facts::Same {
        return Some(line.to_owned());
    }
    if let Some((_, packages)) = line.strip_prefix("OK: ").and_then(|rest| rest.split_once(" MiB in ")) {
        return (facts == Facts::OtherDay).then(|| format!("OK: SIZE in {packages}"));
    }
    if line.ends_with("distinct packages available") {
        return Some("OK: COUNT distinct packages available".to_owned());
    }
    if let Some((_, address)) = line.split_once(" [").filter(|_| line.starts_with("v3.")) {
        return Some(format!("DESCRIPTION [{address}"));
    }
    if let Some(label) = line.strip_prefix("Executing ") {
        let (label, kind) = label.rsplit_once('.')?;
        return Some(format!("Executing {}.{kind}", without_version(label)));
    }
    Some(line.split_once(" (").map_or(line, |(head, _)| head).to_owned())
}

/// `name` of `name-1.2-r3`.
fn without_version(label: &str) -> &str {
    let ends = label.match_indices('-').map(|(at, _)| at);
    ends.rev().nth(1).map_or(label, |end| &label[..end])
}
