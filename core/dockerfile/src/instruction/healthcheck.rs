//! HEALTHCHECK.

use std::time::Duration;

use super::RunForm;
use super::duration::parse_duration;
use super::flags::FlagKind::Text;
use super::flags::Flags;
use super::number::parse_int32;
use super::request::Request;
use crate::{Vintage, go_quote};

/// `HEALTHCHECK NONE` or `HEALTHCHECK [flags] CMD command`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Healthcheck {
    /// No check, also none of the base image.
    None,
    /// A check.
    Probe(Probe),
}

/// How health is checked. A zero stands for the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// The command; never empty.
    pub form: RunForm,
    /// Time between checks.
    pub interval: Duration,
    /// How long a check may take.
    pub timeout: Duration,
    /// How long failures do not count after the start.
    pub start_period: Duration,
    /// Time between checks in that period.
    pub start_interval: Duration,
    /// Failures in a row until unhealthy.
    pub retries: u32,
}

impl Healthcheck {
    /// `Test` of the image's config: `["NONE"]`, `["CMD", ...]` or `["CMD-SHELL", text]`.
    #[must_use]
    pub fn test(&self) -> Vec<String> {
        match self {
            Self::None => vec!["NONE".to_owned()],
            Self::Probe(Probe { form: RunForm::Shell(text), .. }) => {
                vec!["CMD-SHELL".to_owned(), text.clone()]
            }
            Self::Probe(Probe { form: RunForm::Exec(items), .. }) => {
                std::iter::once("CMD".to_owned()).chain(items.iter().cloned()).collect()
            }
        }
    }
}

pub(super) fn parse(request: &Request<'_>) -> Result<Healthcheck, String> {
    let words = request.at_least_one()?;
    let (kind, command) = (words[0].to_uppercase(), &words[1..]);
    if kind == "NONE" {
        return match command.is_empty() {
            true => Ok(Healthcheck::None),
            false => Err("HEALTHCHECK NONE takes no arguments".to_owned()),
        };
    }
    let known = [
        ("interval", Text),
        ("timeout", Text),
        ("start-period", Text),
        ("retries", Text),
        ("start-interval", Text),
    ];
    let flags = request.flags(match request.vintage {
        Vintage::Docker20_10 => &known[..4],
        Vintage::Current => &known,
    })?;
    if kind != "CMD" {
        return Err(format!("Unknown type {} in HEALTHCHECK (try CMD)", go_quote(&kind)));
    }
    if command.is_empty() {
        return Err("Missing command after HEALTHCHECK CMD".to_owned());
    }
    Ok(Healthcheck::Probe(Probe {
        form: RunForm::of(command, request.json),
        interval: interval(&flags, "interval", request.vintage)?,
        timeout: interval(&flags, "timeout", request.vintage)?,
        start_period: interval(&flags, "start-period", request.vintage)?,
        start_interval: interval(&flags, "start-interval", request.vintage)?,
        retries: retries(&flags, request.vintage)?,
    }))
}

/// At least a millisecond; the current vintage also takes zero.
fn interval(flags: &Flags<'_>, name: &str, vintage: Vintage) -> Result<Duration, String> {
    const MINIMUM: i64 = 1_000_000;
    let Some(text) = flags.text(name).filter(|text| !text.is_empty()) else { return Ok(Duration::ZERO) };
    let nanos = parse_duration(&text)?;
    if nanos == 0 && vintage == Vintage::Current {
        return Ok(Duration::ZERO);
    }
    match u64::try_from(nanos) {
        Ok(enough) if nanos >= MINIMUM => Ok(Duration::from_nanos(enough)),
        _ => Err(format!("Interval {} cannot be less than 1ms", go_quote(name))),
    }
}

fn retries(flags: &Flags<'_>, vintage: Vintage) -> Result<u32, String> {
    let Some(text) = flags.text("retries").filter(|text| !text.is_empty()) else { return Ok(0) };
    let count = parse_int32(&text)?;
    match u32::try_from(count) {
        Ok(count) if count > 0 || vintage == Vintage::Current => Ok(count),
        _ if vintage == Vintage::Current => Err(format!("--retries cannot be negative ({count})")),
        _ => Err(format!("--retries must be at least 1 (not {count})")),
    }
}
