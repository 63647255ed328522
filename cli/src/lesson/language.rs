use std::fmt::Write;

use lessons::{Member, Operator, members};

use super::print;

/// Prints every name of the language of checks, by what it stands behind.
pub(super) fn run() -> Result<bool, String> {
    let mut out = String::from(
        "Numbers: 12, 8 MB, 0o755; sizes are in B, kB, MB, GB, KiB, MiB, GiB. Texts: \"...\". Lists: [\"a\", \"b\"].\n",
    );
    let operators: Vec<&str> = Operator::all().map(Operator::text).collect();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "Operators: {}, not, ( ).", operators.join(", "));
    let mut last = None;
    for member in members() {
        if last != Some(member.on) {
            let of = member.on.map_or("On its own", |ty| ty.described());
            let _ = writeln!(out, "\n{of}:");
            last = Some(member.on);
        }
        let _ = writeln!(out, "  {:<34} {}: {}", spelled(member), member.result.described(), member.about);
    }
    print(&out);
    Ok(true)
}

fn spelled(member: &Member) -> String {
    let dot = if member.on.is_some() { "." } else { "" };
    if member.parameters.is_empty() {
        return format!("{dot}{}", member.name);
    }
    let parameter = |parameter: &lessons::Parameter| match parameter.optional {
        true => format!("[{}]", parameter.name),
        false => parameter.name.to_owned(),
    };
    let parameters: Vec<String> = member.parameters.iter().map(parameter).collect();
    format!("{dot}{}({})", member.name, parameters.join(", "))
}
