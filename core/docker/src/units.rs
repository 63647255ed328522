//! Sizes and durations as docker prints them (docker/go-units).

use vfs::Time;

const DECIMAL: [&str; 9] = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const BINARY: [&str; 9] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

/// `2.048kB`: four significant digits, powers of 1000.
pub fn human_size(bytes: u64) -> String {
    human_size_precise(bytes, 4)
}

/// A decimal size with the given number of significant digits; `docker images` uses three.
pub fn human_size_precise(bytes: u64, digits: usize) -> String {
    scaled(bytes, 1000.0, &DECIMAL, digits)
}

/// `1.953MiB`: four significant digits, powers of 1024.
pub fn bytes_size(bytes: u64) -> String {
    scaled(bytes, 1024.0, &BINARY, 4)
}

fn scaled(bytes: u64, base: f64, names: &[&str], digits: usize) -> String {
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= base && unit + 1 < names.len() {
        size /= base;
        unit += 1;
    }
    format!("{}{}", general(size, digits), names[unit])
}

/// C's `%.{digits}g` for numbers from 0 up to 10^digits: no trailing zeros, exponent form above.
fn general(value: f64, digits: usize) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let exponential = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = exponential.split_once('e').unwrap_or((&exponential, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if exponent < -4 || exponent >= digits as i32 {
        let mantissa = trim_zeros(mantissa);
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    trim_zeros(&format!("{value:.decimals$}")).to_owned()
}

fn trim_zeros(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// `2 minutes`, `About an hour`, ... between two times; negative spans count as none.
pub fn human_duration(from: Time, to: Time) -> String {
    let seconds = i64::try_from(to.since(from).as_secs()).unwrap_or(i64::MAX);
    let minutes = seconds / 60;
    let hours = (seconds + 1800) / 3600;
    match () {
        () if seconds < 1 => "Less than a second".to_owned(),
        () if seconds == 1 => "1 second".to_owned(),
        () if seconds < 60 => format!("{seconds} seconds"),
        () if minutes == 1 => "About a minute".to_owned(),
        () if minutes < 60 => format!("{minutes} minutes"),
        () if hours == 1 => "About an hour".to_owned(),
        () if hours < 48 => format!("{hours} hours"),
        () if hours < 24 * 7 * 2 => format!("{} days", hours / 24),
        () if hours < 24 * 30 * 2 => format!("{} weeks", hours / 24 / 7),
        () if hours < 24 * 365 * 2 => format!("{} months", hours / 24 / 30),
        () => format!("{} years", seconds / 3600 / 24 / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_docker_prints_them() {
        let sizes: Vec<String> =
            [0, 145, 2048, 2560, 12800, 102_900, 1_003_000, 78_848].map(human_size).into();
        assert_eq!(sizes, ["0B", "145B", "2.048kB", "2.56kB", "12.8kB", "102.9kB", "1.003MB", "78.85kB"]);
        let short: Vec<String> = [1_985_719, 2, 7_800_000, 999_999].map(|n| human_size_precise(n, 3)).into();
        assert_eq!(short, ["1.99MB", "2B", "7.8MB", "1e+03kB"]);
    }

    #[test]
    fn durations_read_as_docker_prints_them() {
        let said: Vec<String> =
            [0, 1, 59, 60, 119, 120, 3599, 5400, 172_800, 1_209_600, 5_184_000, 126_144_000]
                .map(|seconds| human_duration(Time::from_secs(0), Time::from_secs(seconds)))
                .into();
        assert_eq!(
            said,
            [
                "Less than a second",
                "1 second",
                "59 seconds",
                "About a minute",
                "About a minute",
                "2 minutes",
                "59 minutes",
                "2 hours",
                "2 days",
                "2 weeks",
                "2 months",
                "4 years"
            ]
        );
    }
}
