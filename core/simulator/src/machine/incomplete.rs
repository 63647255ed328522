use shell::Parsed;

/// Whether a line needs more lines to be whole: an open quote, a here document, an `if` without `fi`.
pub fn is_incomplete(line: &str) -> bool {
    let text = format!("{line}\n");
    let aliases = shell::Aliases::default();
    let (mut start, mut at) = (0, 1);
    loop {
        match shell::parse_command(text.as_bytes(), start, at, true, &aliases) {
            Ok(Parsed::Command { end, line, last, .. }) if !last && end < text.len() => {
                (start, at) = (end, line);
            }
            Ok(Parsed::Incomplete) => return start < text.len(),
            _ => return false,
        }
    }
}
