//! What the build checks say of a Dockerfile while it is written.

use dockerfile::lint::{self, Options, Platform, Scope};
use serde::Serialize;

/// A finding, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// 1-based; 0 where it is about the whole file.
    pub first: usize,
    /// Never below `first`.
    pub last: usize,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The rule's name; empty for an error of the parser.
    pub rule: String,
    /// What was found.
    pub message: String,
    /// What the rule asks for; empty for an error.
    pub advice: String,
}

/// The findings in a Dockerfile, by line. Base images count as unknown: nothing is pulled to look at one.
pub fn lint(text: &str) -> Vec<Mark> {
    let here = Platform { os: "linux".to_owned(), architecture: "amd64".to_owned(), variant: String::new() };
    let report = lint::check(
        text,
        &Options {
            build_args: &[],
            target: "",
            scope: Scope::All,
            ignore: None,
            build_platform: here.clone(),
            target_platform: here.clone(),
            is_reference: &|name| oci::Reference::parse_normalized(name).is_ok(),
            parse_platform: &|text| parsed(text).ok_or_else(|| format!("{text} is no platform")),
            base: &|_| None,
        },
    );
    let mut marks: Vec<Mark> = report.warnings.iter().map(warning).collect();
    marks.extend(report.error.map(|error| {
        let (first, last) = error.lines.map_or((0, 0), |lines| (lines.first, lines.last));
        Mark {
            first,
            last,
            severity: "error",
            rule: String::new(),
            message: error.message,
            advice: String::new(),
        }
    }));
    marks.sort_by_key(|mark| mark.first);
    marks
}

fn warning(warning: &lint::Warning) -> Mark {
    Mark {
        first: warning.lines.first,
        last: warning.lines.last,
        severity: "warning",
        rule: warning.rule.name.to_owned(),
        message: warning.detail.clone(),
        advice: warning.rule.description.to_owned(),
    }
}

fn parsed(text: &str) -> Option<Platform> {
    let mut parts = text.split('/').map(str::to_owned);
    let (os, architecture) = (parts.next()?, parts.next()?);
    Some(Platform { os, architecture, variant: parts.next().unwrap_or_default() })
}
