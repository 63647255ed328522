//! What a scenario leaves behind: the files that apk keeps, as lines that can be compared.

use super::{machine::Machine, transcripts::without_times};

/// A heading and its lines.
type Section = (String, Vec<String>);

/// The recorded state, without what cannot be compared: sizes of databases and indexes, and when links were made.
pub(super) fn recorded(text: &str) -> Vec<Section> {
    let text = format!("\n{text}");
    let section = |title: &str| {
        let body = text.split("\n## ").find_map(|section| section.strip_prefix(title));
        body.unwrap_or_default().trim().to_owned()
    };
    sections([
        section("/etc/apk/world"),
        section("/lib/apk/db listing"),
        section("triggers"),
        section("scripts.tar"),
        section("/var/cache/apk"),
        section("/etc/apk/cache"),
        section(".apk-new etc"),
        section("installed: stanzas new/changed vs before"),
        section("installed: order of P:"),
        section("installed: stanzas gone:"),
    ])
}

/// The state of a machine whose database was `before` at first.
pub(super) fn of(machine: &mut Machine, before: &str) -> Result<Vec<Section>, String> {
    let mut output = |command: &str| machine.run(command).map(|(_, output)| output);
    let world = output("cat /etc/apk/world")?;
    let listing = output("ls -ln /lib/apk/db")?;
    let triggers = output("cat /lib/apk/db/triggers")?;
    let scripts = output("tar tvf /lib/apk/db/scripts.tar")?;
    let cache = output("ls -l /var/cache/apk")?;
    let link = output("ls -ld /etc/apk/cache")?;
    let aside = output("find /etc -name '*.apk-new'")?;
    let now = machine.text("/lib/apk/db/installed");
    // The base tree has no descriptions, for which apk writes an empty line.
    let plain = |stanza: &str| stanza.replace("\nT:\n", "\n");
    let is_new = |stanza: &&str| !stanzas(before).any(|other| plain(other) == plain(stanza));
    let new: Vec<&str> = stanzas(&now).filter(is_new).collect();
    let names = |text: &str| -> Vec<String> { stanzas(text).filter_map(name).map(str::to_owned).collect() };
    let (there, order) = (names(&now), names(&now).join(" "));
    let gone: Vec<String> = names(before).into_iter().filter(|name| !there.contains(name)).collect();
    Ok(sections([
        world,
        listing,
        triggers,
        scripts,
        cache,
        link,
        aside,
        new.join("\n\n"),
        order,
        gone.join(" "),
    ]))
}

fn stanzas(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(str::trim).filter(|stanza| !stanza.is_empty())
}

fn name(stanza: &str) -> Option<&str> {
    stanza.lines().find_map(|line| line.strip_prefix("P:"))
}

/// Brings the ten sections into a form that does not depend on the machine.
fn sections(texts: [String; 10]) -> Vec<Section> {
    let titles =
        ["world", "database", "triggers", "scripts", "cache", "cache link", "aside", "new", "order", "gone"];
    let section = |(title, text): (&str, String)| {
        let text = without_times(&text.replace("V:20261123.", "V:=20261123."));
        let lines = text.lines().filter(|line| !line.starts_with("total "));
        let lines: Vec<String> = match title {
            "database" => lines.map(without_size).collect(),
            "scripts" => lines.map(without_moment).collect(),
            "cache" => lines.map(file).collect(),
            "cache link" => lines
                .map(|line| line.rsplit("/etc/apk/cache").next().unwrap_or_default().to_owned())
                .collect(),
            "new" => stanzas(&text).filter(|stanza| name(stanza).is_some()).flat_map(stanza).collect(),
            _ => lines.map(str::to_owned).collect(),
        };
        (title.to_owned(), lines)
    };
    titles.into_iter().zip(texts).map(section).collect()
}

/// 2.14.0 dates scripts by the moment at which it writes them.
fn without_moment(line: &str) -> String {
    match line.split_once(" 2026-11-23 ") {
        Some((head, tail)) => format!("{head} now {}", tail.split_once(' ').map_or("", |(_, name)| name)),
        None => line.to_owned(),
    }
}

/// Mode, owner and name of a line of `ls -ln`.
fn without_size(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    format!("{} {} {} {}", word(0), word(2), word(3), words.last().copied().unwrap_or_default())
}

/// Mode and name of a file of the cache; the size of packages, too.
fn file(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (mode, size, name) = (words.first(), words.get(4), words.last());
    let size = size.filter(|_| name.is_some_and(|name| name.ends_with(".apk")));
    format!("{mode:?} {size:?} {name:?}")
}

/// The lines of a stanza; the checksum of a virtual package has the number of the process in it.
fn stanza(text: &str) -> Vec<String> {
    let is_virtual = text.contains("T:virtual meta package");
    let lines = text.lines().filter(|line| !(is_virtual && line.starts_with("C:")));
    lines.map(str::to_owned).collect()
}
