//! The text of a `.dockerignore` file.

use crate::filepath_clean;

/// The patterns in order: comments and blank lines gone, blanks around cut, paths cleaned and made
/// relative, a `!` in front kept (`ignorefile.ReadAll` of moby/patternmatcher).
#[must_use]
pub fn read(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split('\n').filter_map(pattern_of).collect()
}

fn pattern_of(line: &str) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let line = line.trim();
    let (bang, path) = match line.strip_prefix('!') {
        Some(path) => ("!", path.trim()),
        None => ("", line),
    };
    if path.is_empty() {
        return (!bang.is_empty()).then(|| bang.to_owned());
    }
    let clean = filepath_clean(path);
    let relative = if clean.len() > 1 { clean.strip_prefix('/').unwrap_or(&clean) } else { &clean };
    Some(format!("{bang}{relative}"))
}
