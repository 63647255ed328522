use api::{ApiError, ErrorKind};

/// The signals of Linux in the order of their numbers, as docker knows their names.
const NAMES: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
    "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ",
    "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

/// Other names that docker takes.
const ALIASES: [(&str, u32); 4] = [("IOT", 6), ("CLD", 17), ("POLL", 29), ("UNUSED", 31)];

const RTMIN: u32 = 34;
const RTMAX: u32 = 64;

/// A signal's number by name (with or without `SIG`, in any case) or as a number other than 0.
///
/// # Errors
/// `Invalid signal: TEXT`
pub(crate) fn parse_signal(text: &str) -> Result<u32, ApiError> {
    number_of(text).ok_or_else(|| ApiError::new(ErrorKind::BadRequest, format!("Invalid signal: {text}")))
}

fn number_of(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse::<i64>() {
        return u32::try_from(number).ok().filter(|number| *number != 0);
    }
    let upper = text.to_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let listed = NAMES.iter().position(|known| *known == name).map(|at| at as u32 + 1);
    let alias = || ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, number)| *number);
    listed.or_else(alias).or_else(|| real_time(name))
}

/// `RTMIN`, `RTMIN+n` up to the middle of the range, `RTMAX`, `RTMAX-n` down to it.
fn real_time(name: &str) -> Option<u32> {
    let offset = |rest: &str, sign: char, max: u32| match rest {
        "" => Some(0),
        rest => rest.strip_prefix(sign)?.parse::<u32>().ok().filter(|offset| (1..=max).contains(offset)),
    };
    if let Some(rest) = name.strip_prefix("RTMIN") {
        return Some(RTMIN + offset(rest, '+', 15)?);
    }
    Some(RTMAX - offset(name.strip_prefix("RTMAX")?, '-', 14)?)
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn names_and_numbers() {
        let cases = [
            ("TERM", Some(15)),
            ("sigint", Some(2)),
            ("9", Some(9)),
            ("0", None),
            ("9 9", None),
            ("NOPE", None),
            ("rtmin+3", Some(37)),
            ("SIGRTMAX-14", Some(50)),
            ("RTMIN+16", None),
            ("99", Some(99)),
        ];
        for (text, number) in cases {
            assert_eq!(number_of(text), number, "{text}");
        }
    }
}
