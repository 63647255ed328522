//! The command line, read as musl's `getopt_long` does: options anywhere, long ones shortened as
//! far as they stay unique.

use std::collections::BTreeSet;

/// An option.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    /// Its long name.
    pub(crate) long: &'static str,
    /// Its letters, if any.
    pub(crate) short: &'static str,
    /// What its argument is called, if it takes one.
    pub(crate) argument: Option<&'static str>,
    /// What it does.
    pub(crate) help: &'static str,
}

/// An option without an argument.
pub(crate) const fn flag(short: &'static str, long: &'static str, help: &'static str) -> Spec {
    Spec { long, short, argument: None, help }
}

/// An option with an argument.
pub(crate) const fn value(
    short: &'static str,
    long: &'static str,
    argument: &'static str,
    help: &'static str,
) -> Spec {
    Spec { long, short, argument: Some(argument), help }
}

/// Options that several commands share.
pub(crate) struct Group {
    /// Heading in the help text.
    pub(crate) title: &'static str,
    /// Its options.
    pub(crate) options: &'static [Spec],
}

/// Options of every command.
pub(crate) const GLOBAL: Group = Group {
    title: "Global",
    options: &[
        flag("f", "force", "All of the --force options that do no lasting harm (old spelling)"),
        flag("i", "interactive", "Ask before anything is changed"),
        value("p", "root", "ROOT", "Work on the file system at ROOT"),
        flag("q", "quiet", "Say less"),
        flag("U", "update-cache", "Fetch the indexes unless they are fresh: --cache-max-age 1"),
        flag("v", "verbose", "Say more; twice for still more"),
        flag("V", "version", "Print the version and stop"),
        value("X", "repository", "REPO", "Use one more repository"),
        flag("", "allow-untrusted", "Accept what is not signed by a known key"),
        value("", "arch", "ARCH", "Act for another architecture"),
        value("", "cache-dir", "CACHEDIR", "Use another cache directory"),
        value("", "cache-max-age", "AGE", "Minutes after which an index counts as old"),
        flag("", "force-binary-stdout", "Write packages to a terminal, too"),
        flag("", "force-broken-world", "Drop entries of the world that cannot be had"),
        flag("", "force-missing-repositories", "Go on without some of the repositories"),
        flag("", "force-non-repository", "Go on although packages may be lost on reboot"),
        flag("", "force-old-apk", "Go on although packages use features of newer versions"),
        flag("", "force-overwrite", "Overwrite files of other packages"),
        flag("", "force-refresh", "Do not use what is cached"),
        value("", "keys-dir", "KEYSDIR", "Take trusted keys from another directory"),
        flag("", "no-cache", "Use no cache"),
        flag("", "no-check-certificate", "Do not check the servers' certificates"),
        flag("", "no-interactive", "Do not ask"),
        flag("", "no-network", "Do not use the network"),
        flag("", "no-progress", "Show no progress bar, even on a terminal"),
        flag("", "print-arch", "Print the architecture and stop"),
        flag("", "progress", "Show a progress bar"),
        value("", "progress-fd", "FD", "Write progress to a file descriptor"),
        flag("", "purge", "Remove changed configuration files, too"),
        value("", "repositories-file", "REPOFILE", "Take repositories from another file"),
        value("", "timeout", "TIME", "Seconds without progress after which a download is given up"),
        value("", "wait", "TIME", "Seconds to wait for the database's lock"),
    ],
};

/// Options of the commands that change what is installed.
pub(crate) const COMMIT: Group = Group {
    title: "Commit",
    options: &[
        flag("s", "simulate", "Only say what would be done"),
        flag("", "clean-protected", "Do not leave .apk-new files behind"),
        flag("", "initramfs-diskless-boot", "For the initramfs of a diskless system"),
        flag("", "no-commit-hooks", "Skip the commit hooks"),
        flag("", "no-scripts", "Run no scripts"),
        flag("", "overlay-from-stdin", "Read a list of overlay files from standard input"),
    ],
};

/// Options of the commands that look something up.
pub(crate) const SOURCE: Group = Group {
    title: "Source",
    options: &[value("", "from", "FROM", "Look in none, repositories, installed or system (all)")],
};

/// What a command line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// Long names of the options in order, with their arguments.
    pub(crate) options: Vec<(&'static str, String)>,
    /// The other words.
    pub(crate) operands: Vec<String>,
    /// What was wrong, in getopt's words.
    pub(crate) complaints: Vec<String>,
    /// Whether that was the last of the options: up to 2.14, apk goes on after any other.
    pub(crate) ends_wrong: bool,
}

/// Reads the words after the program's name.
pub(crate) fn parse(words: &[String], specs: &[Spec]) -> Parsed {
    let mut parsed = Parsed::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.strip_prefix('-') {
            Some("-") => parsed.operands.extend(words.by_ref().cloned()),
            None | Some("") => parsed.operands.push(word.clone()),
            Some(rest) => {
                let read = match rest.strip_prefix('-') {
                    Some(long) => parse_long(long, specs, &mut words, &mut parsed.options),
                    None => parse_short(rest, specs, &mut words, &mut parsed),
                };
                parsed.ends_wrong = read.is_err();
                parsed.complaints.extend(read.err());
            }
        }
    }
    parsed
}

type Options = Vec<(&'static str, String)>;

fn parse_long<'w>(
    word: &str,
    specs: &[Spec],
    words: &mut impl Iterator<Item = &'w String>,
    options: &mut Options,
) -> Result<(), String> {
    let (name, given) = match word.split_once('=') {
        Some((name, given)) => (name, Some(given.to_owned())),
        None => (word, None),
    };
    let found: Vec<&Spec> = match specs.iter().find(|spec| spec.long == name) {
        Some(exact) => vec![exact],
        None => specs.iter().filter(|spec| spec.long.starts_with(name)).collect(),
    };
    let distinct: BTreeSet<&str> = found.iter().map(|spec| spec.long).collect();
    let spec = match (found.first(), distinct.len()) {
        (Some(spec), 1) => spec,
        (None, _) => return Err(format!("unrecognized option: {name}")),
        _ => return Err(format!("option is ambiguous: {name}")),
    };
    let argument = match (spec.argument, given) {
        (None, None) => String::new(),
        (None, Some(_)) => return Err(format!("option does not take an argument: {}", spec.long)),
        (Some(_), Some(given)) => given,
        (Some(_), None) => {
            let next = words.next().ok_or_else(|| format!("option requires an argument: {}", spec.long))?;
            next.clone()
        }
    };
    options.push((spec.long, argument));
    Ok(())
}

fn parse_short<'w>(
    letters: &str,
    specs: &[Spec],
    words: &mut impl Iterator<Item = &'w String>,
    parsed: &mut Parsed,
) -> Result<(), String> {
    let mut complaint = Ok(());
    let mut rest = letters.chars();
    while let Some(letter) = rest.next() {
        parsed.complaints.extend(std::mem::replace(&mut complaint, Ok(())).err());
        let Some(spec) = specs.iter().find(|spec| spec.short.contains(letter)) else {
            complaint = Err(format!("unrecognized option: {letter}"));
            continue;
        };
        if spec.argument.is_none() {
            parsed.options.push((spec.long, String::new()));
            continue;
        }
        let attached = rest.as_str();
        let argument = match attached.is_empty() {
            true => words.next().cloned().ok_or_else(|| format!("option requires an argument: {letter}"))?,
            false => attached.to_owned(),
        };
        parsed.options.push((spec.long, argument));
        break;
    }
    complaint
}
