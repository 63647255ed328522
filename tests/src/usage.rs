//! What the RUN lines of real Alpine Dockerfiles call: do the commands exist, are their option words known?

use std::collections::BTreeMap;
use std::{fs, path::Path};

use bstr::ByteSlice;

use crate::machine::Machine;

/// The classes of commands that the machine has to have.
const CLASSES: [&str; 4] = ["shell-builtin", "busybox", "apk-tools", "base-image"];
/// What older base images had and this one has as packages.
const PACKAGES: [&str; 2] = ["patch", "ca-certificates"];
/// What an applet says of an option word that it does not know.
const REFUSALS: [&str; 6] = [
    "unrecognized option",
    "unrecognized:",
    "illegal option",
    "unknown option",
    "not simulated",
    ": not found",
];
/// Commands that cannot be called alone: they end the shell that asks.
const NOT_ASKED: [&str; 6] = ["exec", "exit", "return", "break", "continue", "reboot"];

/// The counts of one corpus.
#[derive(Debug, Default)]
pub struct Usage {
    /// Commands of those classes, and those that are not there.
    pub commands: usize,
    /// The names that are not there.
    pub missing: Vec<String>,
    /// Occurrences of option words.
    pub words: u64,
    /// Occurrences of those that are refused, with the word and how often it occurs.
    pub refused: Vec<(String, u64)>,
}

impl Usage {
    /// The share of occurrences of option words that are known, in percent.
    #[allow(clippy::cast_precision_loss, reason = "counts of some ten thousand")]
    pub fn known(&self) -> f64 {
        let refused: u64 = self.refused.iter().map(|(_, times)| times).sum();
        100.0 * (self.words - refused.min(self.words)) as f64 / self.words.max(1) as f64
    }
}

/// Asks the machine about the corpus whose files in `data` begin with `corpus`. Words in `elsewhere` (`COMMAND WORD`)
/// are refused by Alpine's busybox too and count as known.
///
/// # Errors
/// Files that cannot be read, a machine that cannot start.
pub fn measure(data: &Path, corpus: &str, elsewhere: &[String]) -> Result<Usage, String> {
    let machine = Machine::alpine(&PACKAGES)?;
    let mut usage = Usage::default();
    let mut asked = BTreeMap::new();
    for row in rows(&data.join(format!("{corpus}-commands.tsv")))? {
        let [command, class, ..] = &row[..] else { continue };
        if CLASSES.contains(&class.as_str()) {
            usage.commands += 1;
            let ran = machine.run(&["sh", "-c", "type \"$1\"", "sh", command], &[], b"")?;
            if ran.status != Ok(0) {
                usage.missing.push(command.clone());
            }
            asked.insert(command.clone(), ());
        }
    }
    for row in rows(&data.join(format!("{corpus}-command-flags.tsv")))? {
        let [command, word, times] = &row[..] else { continue };
        if !asked.contains_key(command) || NOT_ASKED.contains(&command.as_str()) {
            continue;
        }
        let times: u64 = times.parse().map_err(|_| format!("not a count: {times}"))?;
        usage.words += times;
        let refused = refuses(&machine, command, word)?;
        let name = format!("{command} {word}");
        if refused && !elsewhere.contains(&name) {
            usage.refused.push((name, times));
        }
    }
    Ok(usage)
}

/// The commands of apk that have options of their own; a word is known when one of them takes it.
const APK: [&str; 9] = ["add", "del", "info", "list", "version", "upgrade", "update", "search", "cache"];

/// Whether a command says that it does not know an option word.
fn refuses(machine: &Machine, command: &str, word: &str) -> Result<bool, String> {
    let asked = |words: &[&str]| -> Result<bool, String> {
        let words = [&["sh", "-c", "\"$@\"", "sh", command], words].concat();
        let ran = machine.run(&words, &[], b"")?;
        Ok(REFUSALS.iter().any(|refusal| ran.merged.contains_str(refusal)))
    };
    if command != "apk" {
        return asked(&[word]);
    }
    for subcommand in APK {
        if !asked(&[subcommand, word])? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The rows below the heading.
fn rows(path: &Path) -> Result<Vec<Vec<String>>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}
