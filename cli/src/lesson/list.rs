use std::fmt::Write;

use lessons::BUILTIN;

use super::print;

/// One line for each lesson: id, minutes, title, insight.
pub(super) fn run() -> Result<bool, String> {
    let mut out = String::new();
    for builtin in BUILTIN {
        let folder = builtin.open().map_err(|error| format!("{}: {error}", builtin.id))?;
        let lesson = &folder.lesson;
        let languages = folder.locales().join(" ");
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:<22} {:>3} min  {}  [{languages}]", lesson.id, lesson.minutes, lesson.title);
        let _ = writeln!(out, "{:<22}          {}", "", lesson.insight);
    }
    print(&out);
    Ok(true)
}
