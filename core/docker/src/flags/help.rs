use super::{Flag, FlagKind};

/// The `Options:` block of a help page, in docker's layout.
pub(crate) fn describe(flags: &[Flag]) -> String {
    let rows: Vec<(String, String)> = flags.iter().map(|flag| (left(flag), right(flag))).collect();
    let width = rows.iter().map(|(left, _)| left.len()).max().unwrap_or(0) + 3;
    let mut sorted: Vec<_> = flags.iter().zip(&rows).collect();
    sorted.sort_by_key(|(flag, _)| flag.long);
    sorted.iter().map(|(_, (left, right))| format!("{left:<width$}{right}\n")).collect()
}

fn left(flag: &Flag) -> String {
    let short = flag.short.map_or("    ".to_owned(), |short| format!("-{short}, "));
    let takes = match flag.kind {
        FlagKind::Switch { .. } => "",
        FlagKind::Text => " string",
        FlagKind::Number { .. } => " int",
        FlagKind::List | FlagKind::Checked(_) => " list",
    };
    format!("  {short}--{}{takes}", flag.long)
}

fn right(flag: &Flag) -> String {
    match flag.kind {
        FlagKind::Switch { default: true } => format!("{} (default true)", flag.help),
        FlagKind::Number { default } if default != 0 => format!("{} (default {default})", flag.help),
        _ => flag.help.to_owned(),
    }
}
