//! Sizes for people: `1.4M`.

const UNITS: [char; 7] = ['K', 'M', 'G', 'T', 'P', 'E', 'Z'];

/// A number of bytes as `ls -h`, `du -h` and `df -h` show it: plain below 1024, else one decimal and a unit,
/// rounded to the nearest tenth (busybox `make_human_readable_str`).
pub fn human(bytes: u64) -> String {
    let mut whole = bytes;
    let mut tenths = 0;
    let mut unit = None;
    for candidate in UNITS {
        if whole < 1024 {
            break;
        }
        unit = Some(candidate);
        tenths = ((whole % 1024) * 10 + 512) / 1024;
        whole /= 1024;
    }
    if tenths == 10 {
        whole += 1;
        tenths = 0;
    }
    match unit {
        None => whole.to_string(),
        Some(unit) => format!("{whole}.{tenths}{unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::human;

    #[test]
    fn sizes_round_to_tenths() {
        let shown = [0, 1023, 1024, 10_240, 1_048_575, 99_999_999, 1_500_000].map(human);
        assert_eq!(shown, ["0", "1023", "1.0K", "10.0K", "1024.0K", "95.4M", "1.4M"]);
    }
}
