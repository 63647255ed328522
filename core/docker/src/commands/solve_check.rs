//! What `--check` prints.

use api::{CheckReport, Finding};

use crate::command::Call;
use crate::views::excerpt;

/// Prints the findings; the exit status is 1 if there are any.
pub(super) fn show(call: &mut Call<'_>, report: &CheckReport) -> u8 {
    let path = path(call);
    if let Some(error) = &report.error {
        let text = format!("ERROR: {}\n{}\n", error.detail, lines(error, &path));
        call.eprint(text);
        return 1;
    }
    let text = match report.warnings.len() {
        0 => {
            call.print("Check complete, no warnings found.\n");
            return 0;
        }
        1 => "Check complete, 1 warning has been found!\n".to_owned(),
        count => format!("Check complete, {count} warnings have been found!\n"),
    };
    let warnings: Vec<String> = report.warnings.iter().map(|warning| block(warning, &path)).collect();
    call.print(text + &warnings.concat());
    1
}

fn block(warning: &Finding, path: &str) -> String {
    let url = if warning.url.is_empty() { String::new() } else { format!(" - {}", warning.url) };
    format!("\nWARNING: {}{url}\n{}\n{}", warning.rule, warning.detail, lines(warning, path))
}

/// The lines that a finding is about, under the path that the user knows the file by.
fn lines(finding: &Finding, path: &str) -> String {
    let Some(place) = &finding.place else { return String::new() };
    let mut place = place.clone();
    place.name = path.to_owned();
    excerpt(&place)
}

fn path(call: &Call<'_>) -> String {
    match call.matches.text("file") {
        Some("-") => "Dockerfile".to_owned(),
        Some(file) if !file.is_empty() => file.to_owned(),
        _ if call.args()[0] == "-" => "Dockerfile".to_owned(),
        _ => crate::context::join(&call.args()[0], "Dockerfile"),
    }
}
