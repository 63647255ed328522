use std::time::Duration;

use dockerfile::instruction::{Healthcheck, Probe};
use oci::HealthConfig;

use super::{listed, quoted};
use crate::build::settings::Settings;

/// HEALTHCHECK: the note is the whole check as Go prints its structure.
pub(crate) fn apply(settings: &mut Settings, healthcheck: &Healthcheck) -> String {
    let probe = match healthcheck {
        Healthcheck::None => &Probe::default(),
        Healthcheck::Probe(probe) => probe,
    };
    let check = HealthConfig {
        test: healthcheck.test(),
        interval: nanoseconds(probe.interval),
        timeout: nanoseconds(probe.timeout),
        start_period: nanoseconds(probe.start_period),
        start_interval: nanoseconds(probe.start_interval),
        retries: probe.retries.into(),
    };
    let comment = format!(
        "HEALTHCHECK &{{{} \"{}\" \"{}\" \"{}\" {}}}",
        quoted(&check.test),
        go_duration(probe.interval),
        go_duration(probe.timeout),
        go_duration(probe.start_period),
        quoted_char(probe.retries)
    );
    settings.config.healthcheck = Some(check);
    comment
}

/// What a new check leaves open keeps the value of the one before, `NONE` too: the container of the step is committed on
/// an image that has it.
pub(in crate::build) fn inherit(settings: &mut Settings, before: Option<HealthConfig>) {
    let (Some(check), Some(before)) = (&mut settings.config.healthcheck, before) else { return };
    for (value, earlier) in [
        (&mut check.interval, before.interval),
        (&mut check.timeout, before.timeout),
        (&mut check.start_period, before.start_period),
        (&mut check.start_interval, before.start_interval),
        (&mut check.retries, before.retries),
    ] {
        if *value == 0 {
            *value = earlier;
        }
    }
}

/// What docker remarks when an earlier check is replaced.
pub(in crate::build) fn overridden(settings: &Settings) -> Option<String> {
    let test = &settings.config.healthcheck.as_ref()?.test;
    let is_none = test.first().is_none_or(|kind| kind == "NONE");
    (!is_none).then(|| format!("Note: overriding previous HEALTHCHECK: {}", listed(test)))
}

fn nanoseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

/// A duration as Go's `String` writes it: `1m30s`, `1.5s`, `0s`, `2ms`.
pub(crate) fn go_duration(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let fraction = |value: u128, unit: u128| {
        let digits = format!("{:09}", value % unit * (1_000_000_000 / unit));
        let digits = digits.trim_end_matches('0');
        if digits.is_empty() { (value / unit).to_string() } else { format!("{}.{digits}", value / unit) }
    };
    match nanos {
        0 => "0s".to_owned(),
        1..1_000 => format!("{nanos}ns"),
        1_000..1_000_000 => format!("{}µs", fraction(nanos, 1_000)),
        1_000_000..1_000_000_000 => format!("{}ms", fraction(nanos, 1_000_000)),
        _ => {
            let minutes = nanos / 60_000_000_000;
            let seconds = fraction(nanos % 60_000_000_000, 1_000_000_000);
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{seconds}s"),
                (0, minutes) => format!("{minutes}m{seconds}s"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
            }
        }
    }
}

/// A number as Go's `%q` writes it: the character of that code, quoted.
fn quoted_char(code: u32) -> String {
    match char::from_u32(code) {
        Some('\'') => "'\\''".to_owned(),
        Some('"') => "'\"'".to_owned(),
        Some(ch) => {
            let text = dockerfile::go_quote(&ch.to_string());
            format!("'{}'", &text[1..text.len() - 1])
        }
        None => "'\u{fffd}'".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{go_duration, quoted_char};

    #[test]
    fn as_go_prints_them() {
        let millis = |millis| go_duration(Duration::from_millis(millis));
        assert_eq!(
            (millis(0), millis(1500), millis(90_000), millis(3_600_000), millis(2)),
            ("0s".into(), "1.5s".into(), "1m30s".into(), "1h0m0s".into(), "2ms".into())
        );
        let chars = [0, 3, 65, 300, 39].map(quoted_char);
        assert_eq!(chars, ["'\\x00'", "'\\x03'", "'A'", "'Ĭ'", "'\\''"]);
    }
}
