use std::collections::BTreeMap;

use thiserror::Error;

use super::{Flag, FlagKind};

/// A complaint in pflag's words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum FlagError {
    #[error("unknown flag: --{0}")]
    UnknownLong(String),
    #[error("unknown shorthand flag: '{0}' in {1}")]
    UnknownShort(char, String),
    #[error("bad flag syntax: {0}")]
    Syntax(String),
    #[error("flag needs an argument: --{0}")]
    MissingLong(String),
    #[error("flag needs an argument: '{0}' in {1}")]
    MissingShort(char, String),
    #[error("invalid argument \"{value}\" for \"{flag}\" flag: {reason}")]
    Invalid { value: String, flag: String, reason: String },
}

/// The flags and arguments of one call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Matches {
    values: BTreeMap<&'static str, Vec<String>>,
    /// Arguments that are no flags.
    pub(crate) args: Vec<String>,
    /// Whether `--help` was given.
    pub(crate) help: bool,
}

impl Matches {
    /// The value of a switch; its default is the flag's.
    pub(crate) fn switch(&self, flags: &[Flag], long: &str) -> bool {
        let given = self.values.get(long).and_then(|all| all.last());
        match (given, flags.iter().find(|flag| flag.long == long).map(|flag| flag.kind)) {
            (Some(value), _) => parse_bool(value) == Some(true),
            (None, Some(FlagKind::Switch { default })) => default,
            (None, _) => false,
        }
    }

    /// The last value given.
    pub(crate) fn text(&self, long: &str) -> Option<&str> {
        self.values.get(long)?.last().map(String::as_str)
    }

    /// Whether a flag was given, and not as `false`.
    pub(crate) fn is_set(&self, long: &str) -> bool {
        self.text(long).is_some_and(|value| value != "false")
    }

    /// All values given, in order.
    pub(crate) fn list(&self, long: &str) -> &[String] {
        self.values.get(long).map_or(&[], Vec::as_slice)
    }
}

/// Splits `argv` into flags and arguments. Without `interspersed`, flags end at the first argument.
pub(crate) fn parse(flags: &[Flag], argv: &[String], interspersed: bool) -> Result<Matches, FlagError> {
    let mut matches = Matches::default();
    let mut rest = argv.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--" => {
                matches.args.extend(rest.cloned());
                break;
            }
            long if long.starts_with("--") => parse_long(flags, long, &mut rest, &mut matches)?,
            short if short.len() > 1 && short.starts_with('-') => {
                parse_short(flags, short, &mut rest, &mut matches)?
            }
            _ if interspersed => matches.args.push(word.clone()),
            _ => {
                matches.args.push(word.clone());
                matches.args.extend(rest.cloned());
                break;
            }
        }
    }
    Ok(matches)
}

type Rest<'a> = std::slice::Iter<'a, String>;

fn parse_long(
    flags: &[Flag],
    word: &str,
    rest: &mut Rest<'_>,
    matches: &mut Matches,
) -> Result<(), FlagError> {
    let body = &word[2..];
    if body.starts_with('-') || body.starts_with('=') {
        return Err(FlagError::Syntax(word.to_owned()));
    }
    let (name, value) = match body.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (body, None),
    };
    if name == "help" {
        matches.help = true;
        return Ok(());
    }
    let flag = find(flags, name).ok_or_else(|| FlagError::UnknownLong(name.to_owned()))?;
    let value = match (value, flag.kind) {
        (Some(value), _) => value,
        (None, FlagKind::Switch { .. }) => "true".to_owned(),
        (None, _) => rest.next().cloned().ok_or_else(|| FlagError::MissingLong(name.to_owned()))?,
    };
    store(flag, value, matches)
}

/// Older names that docker's `run` and `create` still take, and tell nobody of.
const OLD_NAMES: [(&str, &str); 3] =
    [("dns-opt", "dns-option"), ("net", "network"), ("net-alias", "network-alias")];

fn find<'f>(flags: &'f [Flag], name: &str) -> Option<&'f Flag> {
    let by_name = |name: &str| flags.iter().find(|flag| flag.long == name);
    let old = OLD_NAMES.iter().filter(|_| by_name("network-alias").is_some());
    by_name(name).or_else(|| by_name(old.into_iter().find(|(old, _)| *old == name)?.1))
}

fn parse_short(
    flags: &[Flag],
    word: &str,
    rest: &mut Rest<'_>,
    matches: &mut Matches,
) -> Result<(), FlagError> {
    for (at, letter) in word[1..].char_indices() {
        let Some(flag) = flags.iter().find(|flag| flag.short == Some(letter)) else {
            if letter == 'h' {
                matches.help = true;
                return Ok(());
            }
            return Err(FlagError::UnknownShort(letter, format!("-{}", &word[1 + at..])));
        };
        let tail = &word[1 + at + letter.len_utf8()..];
        if let Some(value) = tail.strip_prefix('=') {
            return store(flag, value.to_owned(), matches);
        }
        if matches!(flag.kind, FlagKind::Switch { .. }) {
            store(flag, "true".to_owned(), matches)?;
            continue;
        }
        let value = if tail.is_empty() {
            rest.next()
                .cloned()
                .ok_or_else(|| FlagError::MissingShort(letter, format!("-{}", &word[1 + at..])))?
        } else {
            tail.to_owned()
        };
        return store(flag, value, matches);
    }
    Ok(())
}

fn store(flag: &Flag, value: String, matches: &mut Matches) -> Result<(), FlagError> {
    let complaint = match flag.kind {
        FlagKind::Switch { .. } if parse_bool(&value).is_none() => {
            Some(format!("strconv.ParseBool: parsing \"{value}\": invalid syntax"))
        }
        FlagKind::Number { .. } if value.parse::<i64>().is_err() => {
            Some(format!("strconv.ParseInt: parsing \"{value}\": invalid syntax"))
        }
        FlagKind::Checked(check) => check(&value).err(),
        _ => None,
    };
    if let Some(reason) = complaint {
        let flag =
            flag.short.map_or(format!("--{}", flag.long), |short| format!("-{short}, --{}", flag.long));
        return Err(FlagError::Invalid { value, flag, reason });
    }
    matches.values.entry(flag.long).or_default().push(value);
    Ok(())
}

/// Go's strconv.ParseBool.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::{list, switch, text};

    const FLAGS: &[Flag] = &[
        list("tag", Some('t'), ""),
        switch("quiet", Some('q'), ""),
        Flag { long: "rm", short: None, kind: FlagKind::Switch { default: true }, help: "" },
        text("file", Some('f'), ""),
    ];

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn flags_and_arguments_mix() {
        let matches = parse(FLAGS, &words("-qt a . --tag=b --rm=false -ffile"), true).unwrap();
        assert_eq!(matches.args, ["."]);
        assert_eq!(matches.list("tag"), ["a", "b"]);
        assert_eq!(matches.text("file"), Some("file"));
        assert!(matches.switch(FLAGS, "quiet"));
        assert!(!matches.switch(FLAGS, "rm"));
    }

    #[test]
    fn flags_end_at_the_first_argument_where_told() {
        let matches = parse(FLAGS, &words("-q alpine -t x"), false).unwrap();
        assert_eq!(matches.args, ["alpine", "-t", "x"]);
        assert_eq!(matches.list("tag"), [""; 0]);
    }

    #[test]
    fn complaints_are_pflags() {
        let complaint = |line: &str| parse(FLAGS, &words(line), true).unwrap_err().to_string();
        assert_eq!(complaint("--nope"), "unknown flag: --nope");
        assert_eq!(complaint("-qzt"), "unknown shorthand flag: 'z' in -zt");
        assert_eq!(complaint("--tag"), "flag needs an argument: --tag");
        assert_eq!(complaint("-qt"), "flag needs an argument: 't' in -t");
        assert_eq!(
            complaint("--rm=maybe"),
            "invalid argument \"maybe\" for \"--rm\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax"
        );
        assert_eq!(complaint("---x"), "bad flag syntax: ---x");
    }
}
