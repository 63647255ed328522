//! `--health-*`, `--restart`, `--memory` and `--ulimit`.

use api::{RestartPolicy, Ulimit};
use oci::HealthConfig;

use crate::flags::Matches;

/// The health check that the command line asks for, if it does.
///
/// # Errors
/// Flags that do not go together.
pub(super) fn healthcheck(matches: &Matches) -> Result<Option<HealthConfig>, String> {
    let command = matches.text("health-cmd");
    let time = |long: &str| matches.text(long).and_then(duration).unwrap_or(0);
    let retries = matches.text("health-retries").and_then(|text| text.parse().ok()).unwrap_or(0);
    let config = HealthConfig {
        test: command.map(|text| vec!["CMD-SHELL".to_owned(), text.to_owned()]).unwrap_or_default(),
        interval: time("health-interval"),
        timeout: time("health-timeout"),
        start_period: time("health-start-period"),
        retries,
        ..HealthConfig::default()
    };
    let is_set = command.is_some() || config != HealthConfig::default();
    if matches.is_set("no-healthcheck") {
        if is_set {
            return Err("--no-healthcheck conflicts with --health-* options".to_owned());
        }
        return Ok(Some(HealthConfig { test: vec!["NONE".to_owned()], ..HealthConfig::default() }));
    }
    if retries < 0 {
        return Err("--health-retries cannot be negative".to_owned());
    }
    for flag in ["health-interval", "health-timeout", "health-start-period"] {
        if time(flag) < 0 {
            return Err(format!("--{flag} cannot be negative"));
        }
    }
    Ok(is_set.then_some(config))
}

/// Checks one duration; the complaint is shown after `invalid argument`.
pub(super) fn check_duration(text: &str) -> Result<(), String> {
    match (
        duration(text),
        text.trim_start_matches(['-', '+']).chars().all(|c| c.is_ascii_digit() || c == '.'),
    ) {
        (Some(_), _) => Ok(()),
        (None, true) if !text.is_empty() => Err(format!("time: missing unit in duration \"{text}\"")),
        _ => Err(format!("time: invalid duration \"{text}\"")),
    }
}

/// Go's `time.ParseDuration`, in nanoseconds.
pub(super) fn duration(text: &str) -> Option<i64> {
    const UNITS: [(&str, f64); 7] =
        [("ns", 1.0), ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12), ("\u{b5}s", 1e3)];
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let (_, factor) = UNITS.iter().find(|(unit, _)| *unit == &rest[..end])?;
        total += number * factor;
        rest = &rest[end..];
    }
    Some((sign * total) as i64)
}

/// Reads `--restart`.
///
/// # Errors
/// In docker's words.
pub(super) fn restart(text: &str) -> Result<RestartPolicy, String> {
    let (name, count) = text.split_once(':').map_or((text, None), |(name, count)| (name, Some(count)));
    let maximum = match count {
        None => 0,
        Some(count) if count.contains(':') => return Err("invalid restart policy format".to_owned()),
        // The daemon looks at the sign.
        Some(count) if count.parse::<i64>().is_ok_and(|count| count < 0) => {
            return Err("Error response from daemon: maximum retry count cannot be negative".to_owned());
        }
        Some(count) => count.parse().map_err(|_| "maximum retry count must be an integer".to_owned())?,
    };
    Ok(RestartPolicy { name: name.to_owned(), maximum })
}

/// Checks a size such as `64m`; the complaint is shown after `invalid argument`.
pub(super) fn check_size(text: &str) -> Result<(), String> {
    size(text).map(|_| ()).ok_or_else(|| format!("invalid size: '{text}'"))
}

/// A size in bytes: a number with `b`, `k`, `m`, `g` or `t`, powers of 1024.
pub(super) fn size(text: &str) -> Option<u64> {
    let lower = text.to_lowercase();
    let lower = lower.strip_suffix("ib").or_else(|| lower.strip_suffix('b')).unwrap_or(&lower);
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
    let factor: u64 = match &lower[digits.len()..] {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        "t" => 1 << 40,
        _ => return None,
    };
    let number: f64 = digits.parse().ok().filter(|number| *number >= 0.0)?;
    Some((number * factor as f64) as u64)
}

/// Reads all `--ulimit`s, by name; the last one of a name counts.
///
/// # Errors
/// In docker's words.
pub(super) fn ulimits(given: &[String]) -> Result<Vec<Ulimit>, String> {
    let mut all: Vec<Ulimit> = Vec::new();
    for text in given {
        let next = ulimit(text)?;
        all.retain(|known| known.name != next.name);
        all.push(next);
    }
    all.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(all)
}

/// Reads one `--ulimit`.
///
/// # Errors
/// In docker's words.
pub(super) fn ulimit(text: &str) -> Result<Ulimit, String> {
    let (name, limits) = text.split_once('=').ok_or_else(|| format!("invalid ulimit argument: {text}"))?;
    const KNOWN: [&str; 15] = [
        "core",
        "cpu",
        "data",
        "fsize",
        "locks",
        "memlock",
        "msgqueue",
        "nice",
        "nofile",
        "nproc",
        "rss",
        "rtprio",
        "rttime",
        "sigpending",
        "stack",
    ];
    if !KNOWN.contains(&name) {
        return Err(format!("invalid ulimit type: {name}"));
    }
    if limits.matches(':').count() > 1 {
        return Err(format!(
            "too many limit value arguments - {limits}, can only have up to two, `soft[:hard]`"
        ));
    }
    let (soft, hard) = limits.split_once(':').unwrap_or((limits, limits));
    let number = |text: &str| {
        text.parse::<i64>().map_err(|_| format!("strconv.ParseInt: parsing \"{text}\": invalid syntax"))
    };
    let (soft, hard) = (number(soft)?, number(hard)?);
    if hard >= 0 && (soft == -1 || soft > hard) {
        return Err(format!("ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}"));
    }
    Ok(Ulimit { name: name.to_owned(), soft, hard })
}
