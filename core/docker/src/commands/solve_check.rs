//! What `--check` prints.

use api::{CheckReport, Finding};

use crate::command::Call;
use crate::views::excerpt;

/// Whether the command line asks for the checks alone: `--check`, `--call=check`, `--call=check,format=json`.
pub(super) fn is_wanted(call: &Call<'_>) -> bool {
    let name = call.matches.text("call").and_then(|call| call.split(',').next());
    call.switch("check") || matches!(name, Some("check" | "lint"))
}

/// Prints the findings; the exit status is 1 if there are any, or if the checks came to no end.
pub(super) fn show(call: &mut Call<'_>, report: &CheckReport) -> u8 {
    let path = path(call);
    let is_json =
        call.matches.text("call").is_some_and(|call| call.split(',').any(|part| part == "format=json"));
    match report.warnings.len() {
        _ if is_json => call.print(super::check_json::text(report)),
        0 if report.error.is_some() => {}
        0 => call.print("Check complete, no warnings found.\n"),
        1 => call.print("Check complete, 1 warning has been found!\n"),
        count => call.print(format!("Check complete, {count} warnings have been found!\n")),
    }
    if !is_json {
        let warnings: Vec<String> = report.warnings.iter().map(|warning| block(warning, &path)).collect();
        call.print(warnings.concat());
    }
    if let Some(error) = &report.error {
        if !is_json && !report.warnings.is_empty() {
            call.print("\n");
        }
        call.eprint(format!("ERROR: {}\n{}\n", error.detail, lines(error, &path)));
    }
    u8::from(report.error.is_some() || !report.warnings.is_empty())
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
