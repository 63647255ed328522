use std::fmt::Write;

use crate::{Grade, Lesson};

/// Grades as JUnit's XML: a suite for each submission, a case for each check.
pub fn junit<'g>(lesson: &Lesson, grades: impl IntoIterator<Item = (&'g str, &'g Grade)>) -> String {
    let mut suites = String::new();
    let (mut tests, mut failures) = (0, 0);
    for (name, grade) in grades {
        let failed = grade.checks.iter().filter(|check| !check.evidence.passed).count();
        tests += grade.checks.len();
        failures += failed;
        // Writing to a string cannot fail.
        let _ = writeln!(
            suites,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"0\" time=\"0\">",
            attribute(name),
            grade.checks.len(),
        );
        cases(lesson, grade, &mut suites);
        suites += "  </testsuite>\n";
    }
    let name = attribute(&lesson.id);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"0\">\n{suites}</testsuites>\n"
    )
}

fn cases(lesson: &Lesson, grade: &Grade, out: &mut String) {
    for check in &grade.checks {
        let (name, class) = (attribute(&format!("{}: {}", check.id, check.message)), attribute(&lesson.id));
        let _ = write!(out, "    <testcase name=\"{name}\" classname=\"{class}\" time=\"0\"");
        let evidence = &check.evidence;
        if evidence.passed {
            *out += "/>\n";
            continue;
        }
        let text = format!(
            "expected: {}\nfound: {}\nin: {}\n{}",
            evidence.expected, evidence.found, evidence.from, check.hint
        );
        let _ = writeln!(
            out,
            ">\n      <failure message=\"{}\" type=\"check\">{}</failure>\n    </testcase>",
            attribute(&check.message),
            escaped(text.trim_end()),
        );
    }
}

/// A text within an attribute, where a line end would be read as a blank.
fn attribute(text: &str) -> String {
    escaped(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// XML's own characters as entities; control characters, which XML has no spelling for, as U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' | '\t' => out.push(letter),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                out.push('\u{fffd}')
            }
            letter => out.push(letter),
        }
    }
    out
}
