//! What `--check` prints.

use api::{CheckReport, Finding};

use crate::command::Call;
use crate::views::excerpt;

/// Whether the command line asks for the checks alone: `--check`, `--call=check`, `--call=check,format=json`.
pub(super) fn is_wanted(call: &Call<'_>) -> bool {
    let name = call.matches.text("call").and_then(|call| call.split(',').next());
    call.switch("check") || matches!(name, Some("check" | "lint"))
}

/// The flag that picks the form of the findings.
pub(super) const FORMAT: &str = "format";

/// The form of the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// As docker shows them.
    Text,
    /// BuildKit's own JSON.
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

impl Format {
    /// Whether a word names a form; what else it must be.
    pub(super) fn check(name: &str) -> Result<(), String> {
        Format::of(name).map(drop).ok_or_else(|| "must be one of text, json, sarif".to_owned())
    }

    fn of(name: &str) -> Option<Format> {
        Some(match name {
            "text" => Format::Text,
            "json" => Format::Json,
            "sarif" => Format::Sarif,
            _ => return None,
        })
    }

    /// What the command line asks for: docker's `--call=check,format=json`, or our own flag.
    fn wanted(call: &Call<'_>) -> Format {
        let docker = call.matches.text("call").into_iter().flat_map(|call| call.split(','));
        if docker.into_iter().any(|part| part == "format=json") {
            return Format::Json;
        }
        call.matches.text(FORMAT).and_then(Format::of).unwrap_or(Format::Text)
    }
}

/// Prints the findings; the exit status is 1 if there are any, or if the checks came to no end.
pub(super) fn show(call: &mut Call<'_>, report: &CheckReport) -> u8 {
    let path = path(call);
    let format = Format::wanted(call);
    let is_data = format != Format::Text;
    match report.warnings.len() {
        _ if format == Format::Json => call.print(super::check_json::text(report)),
        _ if format == Format::Sarif => call.print(super::sarif::text(report, &path)),
        0 if report.error.is_some() => {}
        0 => call.print("Check complete, no warnings found.\n"),
        1 => call.print("Check complete, 1 warning has been found!\n"),
        count => call.print(format!("Check complete, {count} warnings have been found!\n")),
    }
    if !is_data {
        let warnings: Vec<String> = report.warnings.iter().map(|warning| block(warning, &path)).collect();
        call.print(warnings.concat());
    }
    if let Some(error) = &report.error {
        if !is_data && !report.warnings.is_empty() {
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
