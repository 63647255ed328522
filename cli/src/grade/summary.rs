//! All results in one table.

use std::{fmt::Write, path::Path};

use lessons::Lesson;

use super::record::{self, Record};
use crate::state::write_whole;

/// The summary's name among the results.
const NAME: &str = "summary.csv";

/// Writes `summary.csv` of the results that are there, and gives one line about them.
pub(super) fn write(lesson: &Lesson, names: &[String], out: &Path) -> Result<String, String> {
    let checks: Vec<&str> = lesson.checks().map(|check| check.id.as_str()).collect();
    let mut csv = format!("submission,points,possible,limit,{}\n", checks.join(","));
    let (mut graded, mut passed, mut limited) = (0, 0, 0);
    for name in names {
        let Some(Record { grade, .. }) = Record::read(&out.join(record::file_name(name))) else { continue };
        graded += 1;
        passed += usize::from(grade.passed());
        limited += usize::from(grade.limit.is_some());
        let limit = grade.limit.as_deref().unwrap_or_default();
        let points: Vec<String> = grade
            .checks
            .iter()
            .map(|check| if check.evidence.passed { check.points } else { 0 }.to_string())
            .collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            csv,
            "{},{},{},{},{}",
            field(name),
            grade.points,
            grade.possible,
            field(limit),
            points.join(",")
        );
    }
    let path = out.join(NAME);
    write_whole(&path, csv.as_bytes()).map_err(|error| format!("{}: {error}", path.display()))?;
    let all = names.len();
    Ok(format!(
        "{graded} of {all} submissions graded, {passed} solved, {limited} ended by a limit: {}\n",
        path.display()
    ))
}

/// A field as RFC 4180 has it. A field that a spreadsheet would take for a formula begins with an apostrophe.
fn field(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
