use std::fmt::Write;

use crate::{Grade, Lesson};

/// A grade for people: each check with its ground, and a hint where it fails.
pub fn text(lesson: &Lesson, grade: &Grade) -> String {
    let mut out = format!("{}\n", lesson.title);
    // Writing to a string cannot fail.
    if let Some(error) = &grade.build_error {
        let _ = writeln!(out, "\nThis failed on the way: {error}");
    }
    if let Some(limit) = &grade.limit {
        let _ = writeln!(out, "\nEnded by a limit: {limit}");
    }
    for check in &grade.checks {
        let evidence = &check.evidence;
        let (mark, points) = if evidence.passed { ("passed", check.points) } else { ("failed", 0) };
        let _ = writeln!(out, "\n{mark}  {} ({points} of {} points)", check.message, check.points);
        if !evidence.passed {
            let _ = writeln!(out, "        expected: {}", evidence.expected);
            let _ = writeln!(out, "        found:    {}", evidence.found);
            let _ = writeln!(out, "        in:       {}", evidence.from);
            if !check.hint.is_empty() {
                let _ = writeln!(out, "        hint:     {}", check.hint);
            }
        }
    }
    out + &format!("\n{} of {} points\n", grade.points, grade.possible)
}
